-- Affiliations followed upwards, with the days on which the whole chain holds and the theatres in which it takes a side:
-- an actor is part of its organisation everywhere, but on a side only in the theatre of that side.
with recursive

actors as (

    select * from {{ ref('stg_reference__actors') }}

),

affiliations as (

    select
        declared.actor_id,
        declared.parent_actor_id,
        declared.relation,
        declared.valid_from,
        declared.valid_to,
        case when declared.relation = 'side_with' then parents.theatre end as side_theatre
    from {{ ref('stg_reference__actor_affiliations') }} as declared
    left join actors as parents on declared.parent_actor_id = parents.actor_id

),

chains as (

    select
        actor_id,
        parent_actor_id as ancestor_id,
        1 as distance,
        relation = 'part_of' as is_part_of,
        valid_from,
        valid_to,
        case when side_theatre is null then [] else [side_theatre] end as theatres,
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
        case
            when affiliations.side_theatre is null then chains.theatres else list_append(chains.theatres, affiliations.side_theatre)
        end as theatres,
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
    theatres,
    valid_from,
    valid_to
from chains
