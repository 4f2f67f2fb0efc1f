with

intervals as (

    select
        {{ hash_id(["'control'", "place_id", "valid_from::varchar"]) }} as interval_id,
        supporting_claim_ids,
        opposing_claim_ids,
        pressing_claim_ids
    from {{ ref('int_control_intervals_merged') }}

)

select
    interval_id,
    unnest(supporting_claim_ids) as claim_id,
    'supports' as role
from intervals
union all
select
    interval_id,
    unnest(opposing_claim_ids) as claim_id,
    'opposes' as role
from intervals
union all
select
    interval_id,
    unnest(pressing_claim_ids) as claim_id,
    'presses' as role
from intervals
