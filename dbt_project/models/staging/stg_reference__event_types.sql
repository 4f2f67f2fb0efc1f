select
    nullif(trim(event_type), '') as event_type,
    nullif(trim(event_mode), '') as event_mode,
    nullif(trim(quad_class), '') as quad_class,
    nullif(trim(acled_event_type), '') as acled_event_type,
    nullif(trim(acled_sub_event_type), '') as acled_sub_event_type,
    nullif(trim(description), '') as description,
    intensity
from {{ ref('event_types') }}
