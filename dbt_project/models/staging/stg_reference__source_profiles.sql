select
    nullif(trim(source_id), '') as source_id,
    nullif(trim(name), '') as name,
    nullif(trim(url), '') as url,
    nullif(trim(country), '') as country,
    nullif(trim(language), '') as language,
    nullif(trim(kind), '') as kind,
    nullif(trim(side_actor_id), '') as side_actor_id
from {{ ref('source_profiles') }}
