select
    source_id,
    name,
    kind,
    url,
    country,
    language,
    side,
    loaded_at
from {{ source('landing', 'sources') }}
