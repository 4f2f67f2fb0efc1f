-- Bounded at both ends: from the first day that anything is told of a place to the last day that anything was reported at all.
with

intervals as (

    select * from {{ ref('fct_territory_control') }}

),

last_day as (

    select max(reported_day) as date_day from {{ ref('stg_landing__articles') }}

),

bounded as (

    select
        intervals.*,
        coalesce(intervals.valid_from, least(intervals.known_since, intervals.valid_to - 1)) as first_day,
        least(coalesce(intervals.valid_to - 1, last_day.date_day), last_day.date_day) as last_day
    from intervals
    cross join last_day

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
