-- Every interval has a claim that supports it, or that tells of the fighting where no holder is known, and an opening claim of
-- its own evidence.
with

intervals as (

    select * from {{ ref('fct_territory_control') }}

),

evidence as (

    select
        interval_id,
        count(*) filter (where role = 'supports' or role = 'presses') as n_for,
        list(claim_id) as claim_ids
    from {{ ref('fct_control_evidence') }}
    group by interval_id

)

select
    intervals.interval_id,
    intervals.opening_claim_id,
    evidence.n_for
from intervals
left join evidence on intervals.interval_id = evidence.interval_id
where coalesce(evidence.n_for, 0) = 0 or not list_contains(evidence.claim_ids, intervals.opening_claim_id)
