-- Bounded at both ends: from the first day that anything is told of a place to the last day that anything was reported of its country.
with

intervals as (

    select * from {{ ref('fct_territory_control') }}

),

places as (

    select * from {{ ref('int_places') }}

),

told_days as (

    select
        place_id,
        reported_day
    from {{ ref('int_control_claims_resolved') }}
    union all
    select
        place_id,
        reported_day
    from {{ ref('int_event_claims_resolved') }}

),

last_days as (

    select
        places.country,
        max(told_days.reported_day) as date_day
    from told_days
    inner join places on told_days.place_id = places.place_id
    group by places.country

),

bounded as (

    select
        intervals.*,
        case
            when intervals.held_from is null then greatest(intervals.valid_from, least(intervals.known_since, intervals.valid_to - 1))
            else intervals.valid_from
        end as first_day,
        least(coalesce(intervals.valid_to - 1, last_days.date_day), last_days.date_day) as last_day
    from intervals
    inner join places on intervals.place_id = places.place_id
    inner join last_days on places.country is not distinct from last_days.country

)

select
    place_id,
    unnest(generate_series(first_day::timestamp, last_day::timestamp, interval 1 day))::date as date_day,
    interval_id,
    holder_id,
    standing,
    len(contested_by) > 0 as is_contested,
    len(besieged_by) > 0 as is_besieged,
    is_inherited
from bounded
where first_day <= last_day
