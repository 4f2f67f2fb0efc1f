with

event_claims as (

    select * from {{ ref('int_event_claims_resolved') }}

),

control_claims as (

    select * from {{ ref('int_control_claims_resolved') }}

),

articles as (

    select * from {{ ref('stg_landing__articles') }}

),

days as (

    select date_low as date_day from event_claims
    union all
    select date_low as date_day from control_claims
    union all
    select reported_day as date_day from articles
    union all
    select fetched_at::date as date_day from articles

),

-- from the first thing told (but not before the calendar's floor) to the last day on which anything was reported or fetched
bounds as (

    select
        greatest(
            date '{{ var("calendar_floor") }}', least(date '{{ var("calendar_start") }}', min(date_day))
        ) as first_day,
        (select max(greatest(reported_day, fetched_at::date)) from articles) as last_day
    from days

),

calendar as (

    select unnest(generate_series(first_day::timestamp, last_day::timestamp, interval 1 day))::date as date_day
    from bounds

)

select
    date_day,
    year(date_day)::integer as year,
    quarter(date_day)::integer as quarter,
    month(date_day)::integer as month,
    isoyear(date_day)::integer as iso_year,
    week(date_day)::integer as iso_week,
    isodow(date_day)::integer as day_of_week
from calendar
