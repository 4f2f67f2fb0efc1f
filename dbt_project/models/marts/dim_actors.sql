with

actors as (

    select * from {{ ref('int_actors') }}

),

sides as (

    select sides.*
    from {{ ref('int_actor_sides') }} as sides
    inner join actors on sides.actor_id = actors.actor_id and sides.theatre is not distinct from actors.theatre

),

-- a belonging that has ended still tells what the actor was: the last parent it had
last_parents as (

    select
        actor_id,
        arg_max(parent_actor_id, valid_to) as parent_actor_id
    from sides
    where parent_actor_id is not null
    group by actor_id

),

last_sides as (

    select
        actor_id,
        arg_max(side_id, valid_to) as side_actor_id
    from sides
    group by actor_id

)

select
    actors.actor_id,
    actors.name,
    actors.kind,
    actors.country,
    actors.theatre,
    last_parents.parent_actor_id,
    coalesce(last_sides.side_actor_id, actors.actor_id) as side_actor_id,
    actors.description,
    actors.is_named,
    actors.is_discovered
from actors
left join last_parents on actors.actor_id = last_parents.actor_id
left join last_sides on actors.actor_id = last_sides.actor_id
