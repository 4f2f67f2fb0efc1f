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

)

select
    source_id || ' ' || happened_at::date as source_day_id,
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
