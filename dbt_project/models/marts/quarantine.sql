with

quarantine as (

    select * from {{ ref('stg_landing__quarantine') }}

)

select
    rejection_id,
    stage,
    reason,
    detail,
    source_id,
    url,
    record,
    batch_id,
    rejected_at
from quarantine
