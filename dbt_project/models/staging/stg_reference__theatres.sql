select
    nullif(trim(theatre), '') as theatre,
    nullif(trim(name), '') as name,
    string_split(trim(countries), ' ') as countries,
    starts_on,
    ends_on
from {{ ref('theatres') }}
