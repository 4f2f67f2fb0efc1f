with

control_claims as (

    select * from {{ source('landing', 'control_claims') }}

),

articles as (

    select version_id from {{ ref('stg_landing__articles') }}

)

-- only what was read from the latest version of an article counts
select
    control_claims.claim_id,
    control_claims.version_id,
    control_claims.article_id,
    control_claims.sentence_no,
    control_claims.evidence,
    control_claims.trigger,
    control_claims.trigger_start,
    control_claims.trigger_end,
    control_claims.relation,
    control_claims.place_text,
    control_claims.place_antecedent,
    control_claims.place_start,
    control_claims.place_end,
    control_claims.place_relation,
    control_claims.holder_text,
    control_claims.holder_antecedent,
    control_claims.holder_start,
    control_claims.holder_end,
    control_claims.from_text,
    control_claims.from_antecedent,
    control_claims.from_start,
    control_claims.from_end,
    control_claims.event_date,
    control_claims.event_date_precision,
    control_claims.event_date_text,
    control_claims.date_basis,
    control_claims.modality,
    control_claims.modality_cue,
    control_claims.attributed_to_text,
    control_claims.attributed_to_antecedent,
    control_claims.attributed_via,
    control_claims.is_doubted,
    control_claims.doubt_cue,
    control_claims.coder_version
from control_claims
inner join articles on control_claims.version_id = articles.version_id
