-- No actor belongs to one that belongs to it on the same day.
select
    one.actor_id,
    one.ancestor_id
from {{ ref('int_actor_ancestors') }} as one
inner join {{ ref('int_actor_ancestors') }} as other
    on
        one.actor_id = other.ancestor_id
        and one.ancestor_id = other.actor_id
        and one.valid_from < other.valid_to
        and one.valid_to > other.valid_from
