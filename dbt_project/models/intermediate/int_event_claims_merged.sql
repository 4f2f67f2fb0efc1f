-- The event of each claim. Planned and possible events have none: nothing happened yet.
{% set rounds = 40 %}
with

nodes as (

    select
        mention_id as node_id,
        -- what is dated to the week or worse lies anywhere within it
        case when is_dated and date_low = date_high then date_low end as first_day,
        case when is_dated and date_low = date_high then date_high end as last_day
    from {{ ref('int_event_mentions_grouped') }}

),

edges as (

    select
        one_id,
        other_id,
        round(100 * score)::bigint as points
    from {{ ref('int_event_pairs_grouped') }}

),

{{ average_clusters('nodes', 'edges', (100 * var('event_min_score')) | int, var('event_max_days'), rounds) }},

claims as (

    select
        claims.claim_id,
        claims.reported_at,
        clusters.cluster_id
    from {{ ref('int_event_claims_resolved') }} as claims
    left join {{ ref('int_event_claims_grouped') }} as grouped on claims.claim_id = grouped.claim_id
    left join clusters on grouped.mention_id = clusters.node_id

)

-- the event is named after the claim that told it first, so that later reports do not change its id
select
    claim_id,
    case
        when cluster_id is not null
            then {{ hash_id(["'event'", "first_value(claim_id) over (partition by cluster_id order by reported_at, claim_id)"]) }}
    end as event_id
from claims
