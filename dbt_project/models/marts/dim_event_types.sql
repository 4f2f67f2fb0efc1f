with

event_types as (

    select * from {{ ref('stg_reference__event_types') }}

)

select
    event_type || coalesce(':' || event_mode, '') as event_type_id,
    event_type,
    event_mode,
    quad_class,
    acled_event_type,
    acled_sub_event_type,
    description,
    intensity::double as intensity
from event_types
