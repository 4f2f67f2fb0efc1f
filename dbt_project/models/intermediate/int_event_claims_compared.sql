-- What of a claim can be held against another claim: a place that is on the map, a side that the dictionaries know. Words that
-- stand for no known actor ("the bomber", "residents") and places of which only a name is known contradict nothing.
with

claims as (

    select * from {{ ref('int_event_claims_resolved') }} where modality in ('actual', 'negated')

),

places as (

    select * from {{ ref('int_places') }}

),

actors as (

    select * from {{ ref('int_actors') }} where not is_discovered and kind in ('state', 'armed', 'political', 'side', 'person', 'igo')

)

select
    claims.claim_id,
    claims.article_id,
    claims.sentence_no,
    claims.evidence,
    claims.event_type,
    claims.event_mode,
    claims.origin_id,
    claims.place_id,
    case when actor.actor_id is not null then claims.actor_side_id end as actor_side_id,
    case when target.actor_id is not null then claims.target_side_id end as target_side_id,
    case
        when claims.place_id is null then -1
        when not (places.is_discovered and coalesce(around.kind, 'country') = 'country') then {{ place_level('places.kind') }}
        else 0
    end as place_level,
    claims.killed_low,
    claims.killed_high,
    claims.event_date is not null as is_dated,
    -- a date carried over from elsewhere in the article is less sure to be that of this event
    coalesce(claims.date_basis = 'stated', false) and claims.event_date is not null as is_date_stated,
    claims.event_date_precision,
    claims.date_low,
    claims.date_high,
    claims.reported_day
from claims
left join places on claims.place_id = places.place_id
left join places as around on places.parent_place_id = around.place_id
left join actors as actor on claims.actor_id = actor.actor_id
left join actors as target on claims.target_id = target.actor_id
