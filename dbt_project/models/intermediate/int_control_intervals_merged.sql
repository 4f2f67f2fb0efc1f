-- Who holds each place, from all that is known now: what is told of the place itself, then what its region tells.
with

statements as (

    select
        *,
        {{ last_day_of_all() }} as state_on
    from {{ ref('int_control_statements_weighed') }}

),

{{ control_intervals('statements') }},

told as materialized (select * from control_intervals),

{{ carry_to_places_within('told') }}

select
    * exclude (state_on),
    null::varchar as inherited_from_place_id,
    false as is_inherited
from told
union all by name
select
    * exclude (state_on),
    true as is_inherited
from carried
