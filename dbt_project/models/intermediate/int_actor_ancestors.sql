-- Affiliations followed upwards, with the days on which the whole chain holds.
with recursive

affiliations as (

    select * from {{ ref('stg_reference__actor_affiliations') }}

),

chains as (

    select
        actor_id,
        parent_actor_id as ancestor_id,
        1 as distance,
        relation = 'part_of' as is_part_of,
        valid_from,
        valid_to,
        [actor_id, parent_actor_id] as path
    from affiliations
    where actor_id <> parent_actor_id
    union all
    select
        chains.actor_id,
        affiliations.parent_actor_id as ancestor_id,
        chains.distance + 1 as distance,
        chains.is_part_of and affiliations.relation = 'part_of' as is_part_of,
        greatest(chains.valid_from, affiliations.valid_from) as valid_from,
        least(chains.valid_to, affiliations.valid_to) as valid_to,
        list_append(chains.path, affiliations.parent_actor_id) as path
    from chains
    inner join affiliations on chains.ancestor_id = affiliations.actor_id
    where
        not list_contains(chains.path, affiliations.parent_actor_id)
        and greatest(chains.valid_from, affiliations.valid_from) < least(chains.valid_to, affiliations.valid_to)

)

select
    actor_id,
    ancestor_id,
    distance,
    is_part_of,
    valid_from,
    valid_to
from chains
