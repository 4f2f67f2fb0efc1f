with

claims as (

    select * from {{ ref('int_event_claims_resolved') }}

),

merged as (

    select * from {{ ref('int_event_claims_merged') }}

)

select
    claims.claim_id,
    merged.event_id,
    claims.article_id,
    claims.version_id,
    claims.outlet_id as source_id,
    claims.theatre,
    claims.event_type,
    claims.event_mode,
    claims.sentence_no,
    claims.evidence,
    claims.trigger,
    claims.trigger_start,
    claims.trigger_end,
    claims.actor_id,
    claims.actor_name,
    claims.actor_text,
    claims.actor_antecedent,
    claims.actor_start,
    claims.actor_end,
    claims.actor_side_id,
    claims.target_id,
    claims.target_name,
    claims.target_text,
    claims.target_antecedent,
    claims.target_start,
    claims.target_end,
    claims.target_side_id,
    claims.place_id,
    claims.place_name,
    claims.place_text,
    claims.place_antecedent,
    claims.place_start,
    claims.place_end,
    claims.place_relation,
    claims.other_places,
    claims.other_place_ids,
    claims.event_date,
    claims.event_date_precision,
    claims.event_date_text,
    claims.date_basis,
    claims.date_low,
    claims.date_high,
    claims.modality,
    claims.modality_cue,
    claims.attributed_to_id,
    claims.attributed_to_name,
    claims.attributed_to_text,
    claims.attributed_to_antecedent,
    claims.attributed_via,
    claims.is_doubted,
    claims.doubt_cue,
    claims.origin_id,
    claims.origin_kind,
    claims.origin_name,
    claims.origin_side_id,
    claims.interest,
    claims.killed_low,
    claims.killed_high,
    claims.killed_text,
    claims.coder_version,
    claims.reported_at
from claims
left join merged on claims.claim_id = merged.claim_id
