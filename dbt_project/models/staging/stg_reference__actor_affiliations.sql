select
    nullif(trim(actor_id), '') as actor_id,
    nullif(trim(parent_actor_id), '') as parent_actor_id,
    nullif(trim(relation), '') as relation,
    coalesce(valid_from, {{ first_day() }}) as valid_from,
    coalesce(valid_to, {{ last_day_of_all() }}) as valid_to
from {{ ref('actor_affiliations') }}
