with

articles as (

    select * from {{ ref('stg_landing__articles') }}

),

fetches as (

    select * from {{ ref('stg_landing__fetches') }}

),

quarantine as (

    select * from {{ ref('stg_landing__quarantine') }}

),

declared as (

    select * from {{ ref('stg_landing__sources') }}

),

event_claims as (

    select article_id, count(*) as n_claims from {{ ref('stg_landing__event_claims') }} group by article_id

),

control_claims as (

    select article_id, count(*) as n_claims from {{ ref('stg_landing__control_claims') }} group by article_id

),

happenings as (

    select
        articles.source_id,
        articles.fetched_at as happened_at,
        1 as n_articles,
        coalesce(event_claims.n_claims, 0) as n_event_claims,
        coalesce(control_claims.n_claims, 0) as n_control_claims,
        0 as n_fetches,
        0 as n_failed_fetches,
        0 as n_quarantined,
        articles.reported_day
    from articles
    left join event_claims on articles.article_id = event_claims.article_id
    left join control_claims on articles.article_id = control_claims.article_id
    union all
    select
        source_id,
        fetched_at as happened_at,
        0 as n_articles,
        0 as n_event_claims,
        0 as n_control_claims,
        1 as n_fetches,
        case when outcome in ('failed', 'refused') then 1 else 0 end as n_failed_fetches,
        0 as n_quarantined,
        null as reported_day
    from fetches
    union all
    select
        coalesce(source_id, 'unknown') as source_id,
        rejected_at as happened_at,
        0 as n_articles,
        0 as n_event_claims,
        0 as n_control_claims,
        0 as n_fetches,
        0 as n_failed_fetches,
        1 as n_quarantined,
        null as reported_day
    from quarantine

),

days as (

    select
        source_id,
        happened_at::date as date_day,
        sum(n_articles)::bigint as n_articles,
        sum(n_event_claims)::bigint as n_event_claims,
        sum(n_control_claims)::bigint as n_control_claims,
        sum(n_fetches)::bigint as n_fetches,
        sum(n_failed_fetches)::bigint as n_failed_fetches,
        sum(n_quarantined)::bigint as n_quarantined,
        max(reported_day) as last_reported_day,
        max(happened_at) as last_seen_at
    from happenings
    group by source_id, happened_at::date

),

-- the days on which a live source brought articles, and how long it had brought none
live_days as (

    select
        days.source_id,
        days.date_day,
        days.n_articles,
        case
            when days.n_articles > 0
                then days.date_day - lag(days.date_day) over (partition by days.source_id, days.n_articles > 0 order by days.date_day)
        end as gap_days
    from days
    inner join declared on days.source_id = declared.source_id
    where declared.kind in ('feed', 'sitemap', 'urls')

),

-- measured against the last day on which any live source was heard of, so that a run that never happened silences nobody
silences as (

    select
        source_id,
        (select max(all_live.date_day) from live_days as all_live)
        - coalesce(max(date_day) filter (where n_articles > 0), min(date_day))
        > greatest({{ var('silent_min_days') }}, {{ var('silent_gap_factor') }} * coalesce(median(gap_days), 0)) as is_silent
    from live_days
    group by source_id

)

select
    days.source_id || ' ' || days.date_day as source_day_id,
    days.source_id,
    days.date_day,
    days.n_articles,
    days.n_event_claims,
    days.n_control_claims,
    days.n_fetches,
    days.n_failed_fetches,
    days.n_quarantined,
    days.last_reported_day,
    days.last_seen_at,
    coalesce(silences.is_silent, false) as is_silent
from days
left join silences on days.source_id = silences.source_id
