select
    nullif(trim(place_id), '') as place_id,
    nullif(trim(name), '') as name,
    nullif(trim(kind), '') as kind,
    nullif(trim(country), '') as country,
    nullif(trim(admin1), '') as admin1,
    nullif(trim(parent_place_id), '') as parent_place_id,
    nullif(trim(theatre), '') as theatre,
    nullif(trim(geonames_id), '') as geonames_id,
    case when kind = 'country' then 'iso_' || country else 'gn_' || nullif(trim(geonames_id), '') end as gazetteer_id,
    latitude,
    longitude
from {{ ref('places') }}
