select
    nullif(trim(actor_id), '') as actor_id,
    nullif(trim(alias), '') as alias,
    nullif(trim(alias_kind), '') as alias_kind,
    nullif(trim(theatre), '') as theatre,
    coalesce(valid_from, {{ first_day() }}) as valid_from,
    coalesce(valid_to, {{ last_day_of_all() }}) as valid_to
from {{ ref('actor_aliases') }}
