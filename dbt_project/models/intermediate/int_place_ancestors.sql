-- Each place with the places it lies in, itself included.
with recursive

places as (

    select * from {{ ref('int_places') }}

),

chains as (

    select
        place_id,
        place_id as ancestor_id,
        0 as distance,
        [place_id] as path
    from places
    union all
    select
        chains.place_id,
        places.parent_place_id as ancestor_id,
        chains.distance + 1 as distance,
        list_append(chains.path, places.parent_place_id) as path
    from chains
    inner join places on chains.ancestor_id = places.place_id
    where places.parent_place_id is not null and not list_contains(chains.path, places.parent_place_id)

)

select
    place_id,
    ancestor_id,
    distance
from chains
