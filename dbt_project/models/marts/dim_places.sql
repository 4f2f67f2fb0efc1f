with

places as (

    select * from {{ ref('int_places') }}

)

select
    place_id,
    name,
    kind,
    country,
    admin1,
    parent_place_id,
    theatre,
    latitude,
    longitude,
    is_discovered
from places
