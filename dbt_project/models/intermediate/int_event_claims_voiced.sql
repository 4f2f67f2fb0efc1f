-- The claims of events with the voice that counts for each: an outlet that carries another's story speaks with that one's voice.
with

claims as (

    select * from {{ ref('int_event_claims_resolved') }}

),

merged as (

    select * from {{ ref('int_event_claims_merged') }} where event_id is not null

),

stories as (

    select * from {{ ref('int_stories_voiced') }}

)

select
    merged.event_id,
    claims.*,
    stories.story_id,
    case when claims.origin_kind = 'outlet' then stories.story_outlet_id else claims.origin_id end as voice_id,
    greatest(claims.reported_at::date, claims.reported_day) as known_on,
    coalesce({{ is_background_toll('claims') }}, false) as is_background_toll
from merged
inner join claims on merged.claim_id = claims.claim_id
inner join stories on claims.article_id = stories.article_id
