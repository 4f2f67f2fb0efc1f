-- Following parent_place_id upwards ends: no place is its own ancestor.
select
    one.place_id,
    one.ancestor_id
from {{ ref('int_place_ancestors') }} as one
inner join {{ ref('int_place_ancestors') }} as other
    on one.place_id = other.ancestor_id and one.ancestor_id = other.place_id
where one.place_id <> one.ancestor_id
