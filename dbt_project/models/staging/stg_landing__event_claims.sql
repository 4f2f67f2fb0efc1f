with

event_claims as (

    select * from {{ source('landing', 'event_claims') }}

),

articles as (

    select version_id from {{ ref('stg_landing__articles') }}

)

-- only what was read from the latest version of an article counts
select
    event_claims.claim_id,
    event_claims.version_id,
    event_claims.article_id,
    event_claims.sentence_no,
    event_claims.evidence,
    event_claims.trigger,
    event_claims.trigger_start,
    event_claims.trigger_end,
    event_claims.event_type,
    event_claims.event_mode,
    event_claims.actor_text,
    event_claims.actor_antecedent,
    event_claims.actor_start,
    event_claims.actor_end,
    event_claims.target_text,
    event_claims.target_antecedent,
    event_claims.target_start,
    event_claims.target_end,
    event_claims.place_text,
    event_claims.place_antecedent,
    event_claims.place_start,
    event_claims.place_end,
    event_claims.place_relation,
    event_claims.other_places,
    event_claims.event_date,
    event_claims.event_date_precision,
    event_claims.event_date_text,
    event_claims.date_basis,
    event_claims.modality,
    event_claims.modality_cue,
    event_claims.attributed_to_text,
    event_claims.attributed_to_antecedent,
    event_claims.attributed_via,
    event_claims.is_doubted,
    event_claims.doubt_cue,
    event_claims.killed_low,
    event_claims.killed_high,
    event_claims.killed_text,
    event_claims.coder_version
from event_claims
inner join articles on event_claims.version_id = articles.version_id
