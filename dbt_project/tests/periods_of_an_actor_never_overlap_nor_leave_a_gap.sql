-- The periods of int_actor_sides chain from the first day to the last, so that a claim meets exactly one.
with

chained as (

    select
        actor_id,
        theatre,
        valid_from,
        valid_to,
        lag(valid_to, 1, {{ first_day() }}) over (partition by actor_id, theatre order by valid_from) as expected_from,
        lead(valid_from, 1, {{ last_day_of_all() }}) over (partition by actor_id, theatre order by valid_from) as expected_to
    from {{ ref('int_actor_sides') }}

)

select *
from chained
where valid_from <> expected_from or valid_to <> expected_to
