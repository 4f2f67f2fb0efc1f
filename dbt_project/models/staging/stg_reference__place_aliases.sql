select
    nullif(trim(place_id), '') as place_id,
    nullif(trim(alias), '') as alias
from {{ ref('place_aliases') }}
