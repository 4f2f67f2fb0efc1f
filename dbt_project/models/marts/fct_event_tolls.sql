with

claims as (

    select * from {{ ref('int_event_claims_voiced') }} where killed_low is not null and modality = 'actual'

)

select
    event_id,
    voice_id,
    arg_max(coalesce(origin_name, voice_id), (reported_at, killed_low, claim_id)) as voice_name,
    arg_max(claim_id, (reported_at, killed_low, claim_id)) as claim_id,
    arg_max(killed_low, (reported_at, killed_low, claim_id)) as killed_low,
    nullif(arg_max(coalesce(killed_high, -1), (reported_at, killed_low, claim_id)), -1) as killed_high,
    is_background_toll as is_background,
    min(killed_low) as first_killed_low,
    count(*) as n_claims,
    min(reported_at) as first_reported_at,
    max(reported_at) as last_reported_at
from claims
group by event_id, voice_id, is_background_toll
