select
    nullif(trim(actor_id), '') as actor_id,
    nullif(trim(name), '') as name,
    nullif(trim(kind), '') as kind,
    nullif(trim(country), '') as country,
    nullif(trim(theatre), '') as theatre,
    nullif(trim(description), '') as description
from {{ ref('actors') }}
