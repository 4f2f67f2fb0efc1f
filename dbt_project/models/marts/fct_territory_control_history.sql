with

history as (

    select * from {{ ref('int_control_history_merged') }}

)

select
    {{ hash_id(["place_id", "valid_from::varchar", "known_from::varchar"]) }} as interval_state_id,
    {{ hash_id(["'control'", "place_id", "valid_from::varchar"]) }} as interval_id,
    place_id,
    holder_id,
    holder_side_id,
    inherited_from_place_id,
    opening_claim_id,
    standing,
    valid_from_precision,
    contested_by,
    besieged_by,
    n_claims,
    n_voices,
    is_inherited,
    valid_from,
    valid_to,
    held_from,
    known_since,
    last_told_on,
    known_from,
    known_to,
    first_reported_at,
    last_reported_at
from history
