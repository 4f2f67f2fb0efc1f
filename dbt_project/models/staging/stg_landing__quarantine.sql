select
    rejection_id,
    stage,
    reason,
    detail,
    source_id,
    url,
    record,
    batch_id,
    rejected_at,
    loaded_at
from {{ source('landing', 'quarantine') }}
