-- The event of each claim. Planned and possible events have none: nothing happened yet.
{% set rounds = 8 %}
with

mentions as (

    select * from {{ ref('int_event_mentions_grouped') }}

),

pairs as (

    select * from {{ ref('int_event_pairs_grouped') }} where score >= {{ var('event_min_score') }}

),

nodes as (

    select
        mention_id as node_id,
        row_number() over (
            order by
                coalesce(place_level, -1) desc,
                is_dated desc,
                date_high - date_low,
                len(tolls) > 0 desc,
                actor_side_id is not null desc,
                n_claims desc,
                reported_day,
                mention_id
        ) as priority
    from mentions

),

edges as (

    select
        one_id as from_id,
        other_id as to_id,
        score
    from pairs
    union all
    select
        other_id as from_id,
        one_id as to_id,
        score
    from pairs

),

{{ star_clusters('nodes', 'edges', rounds) }},

claims as (

    select
        claims.claim_id,
        claims.event_type,
        claims.modality,
        claims.reported_at,
        stars.leader_id
    from {{ ref('int_event_claims_resolved') }} as claims
    left join {{ ref('int_event_claims_grouped') }} as grouped on claims.claim_id = grouped.claim_id
    left join stars on grouped.mention_id = stars.node_id

)

-- the event is named after the claim that told it first, so that later reports do not change its id
select
    claim_id,
    case
        when leader_id is not null
            then {{ hash_id(["'event'", "first_value(claim_id) over (partition by leader_id order by reported_at, claim_id)"]) }}
    end as event_id
from claims
