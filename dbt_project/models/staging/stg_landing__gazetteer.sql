select
    place_id,
    name,
    kind,
    country,
    admin1,
    names,
    keys,
    latitude,
    longitude,
    population
from {{ source('landing', 'gazetteer') }}
