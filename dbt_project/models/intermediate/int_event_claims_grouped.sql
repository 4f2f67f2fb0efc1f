-- Within one article: a headline, its first sentence and a later toll tell one event, and make one mention of it.
{% set rounds = 8 %}
with

claims as (

    select * from {{ ref('int_event_claims_compared') }}

),

ancestors as (

    select * from {{ ref('int_place_ancestors') }}

),

nodes as (

    select
        claim_id as node_id,
        row_number() over (
            order by
                place_level desc,
                is_dated desc,
                date_high - date_low asc,
                killed_low is not null desc,
                actor_side_id is not null desc,
                sentence_no asc,
                claim_id asc
        ) as priority
    from claims

),

pairs as (

    select
        one.claim_id as from_id,
        other.claim_id as to_id,
        one.place_id is not null and one.place_id = other.place_id as is_same_place,
        one.place_level <= 0 or other.place_level <= 0 as is_place_unsaid,
        up.place_id is not null or down.place_id is not null as is_within,
        coalesce(one.event_mode = other.event_mode, false) as is_same_mode,
        coalesce(
            one.actor_side_id = other.actor_side_id or one.actor_side_id = other.target_side_id, false
        ) as is_same_actor,
        one.actor_side_id is not null and other.actor_side_id is not null
        and one.actor_side_id <> other.actor_side_id
        and not (
            one.event_mode = 'clash' and other.event_mode = 'clash'
            and coalesce(one.actor_side_id = other.target_side_id, true)
        ) as is_other_actor,
        coalesce(one.killed_low = other.killed_low, false) as is_same_toll,
        coalesce(
            not {{ tolls_overlap('one.killed_low', 'one.killed_high', 'other.killed_low', 'other.killed_high') }}, false
        ) as is_other_toll,
        one.is_dated and other.is_dated and one.date_low = other.date_low as is_same_day,
        abs(one.sentence_no - other.sentence_no) <= 1 as is_next_sentence,
        one.origin_id = other.origin_id as is_same_origin
    from claims as one
    inner join claims as other
        on
            one.article_id = other.article_id
            and one.event_type = other.event_type
            and one.claim_id <> other.claim_id
            and one.date_low <= other.date_high
            and one.date_high >= other.date_low
            and {{ modes_fit('one.event_mode', 'other.event_mode') }}
    left join ancestors as up on one.place_id = up.place_id and other.place_id = up.ancestor_id and up.distance > 0
    left join ancestors as down on other.place_id = down.place_id and one.place_id = down.ancestor_id and down.distance > 0

),

scored as (

    select
        from_id,
        to_id,
        case when is_same_place then 2.0 when is_within then 1.5 else 0.0 end
        + case when is_same_mode then 1.0 else 0.0 end
        + case when is_same_actor then 1.0 else 0.0 end
        + case when is_same_toll then 2.0 else 0.0 end
        + case when is_same_day then 1.0 else 0.0 end
        + case when is_next_sentence then 0.5 else 0.0 end as score
    from pairs
    where
        (is_same_place or is_within or is_place_unsaid)
        and not is_other_actor
        and not (is_other_toll and is_same_origin)

),

edges as (

    select
        from_id,
        to_id,
        score
    from scored
    where score >= {{ var('mention_min_score') }}

),

{{ star_clusters('nodes', 'edges', rounds) }}

select
    node_id as claim_id,
    leader_id as mention_id
from stars
