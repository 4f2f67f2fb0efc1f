-- Each day of fct_control_days lies in the interval that it names, and no day of an interval within its bounds is left out.
with

days as (

    select
        interval_id,
        count(*) as n_days,
        count(distinct date_day) as n_distinct_days,
        min(date_day) as first_day,
        max(date_day) as last_day
    from {{ ref('fct_control_days') }}
    group by interval_id

),

intervals as (

    select * from {{ ref('fct_territory_control') }}

)

select days.*
from days
left join intervals on days.interval_id = intervals.interval_id
where
    intervals.interval_id is null
    or days.n_days <> days.n_distinct_days
    or days.n_days <> days.last_day - days.first_day + 1
    or days.first_day < intervals.valid_from
    or days.last_day >= intervals.valid_to
