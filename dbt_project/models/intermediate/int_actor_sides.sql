-- Whom an actor belongs to, day by day, as periods: its side (the root of its affiliations), its voice (the root over
-- part_of alone, so that a spokesman and his army are one voice) and its nearest parent.
with

actors as (

    select * from {{ ref('int_actors') }}

),

ancestors as (

    select * from {{ ref('int_actor_ancestors') }}

),

bounds as (

    select actor_id, valid_from as bound from ancestors
    union
    select actor_id, valid_to as bound from ancestors
    union
    select actor_id, {{ first_day() }} as bound from actors
    union
    select actor_id, {{ last_day_of_all() }} as bound from actors

),

periods as (

    select
        actor_id,
        bound as valid_from,
        lead(bound) over (partition by actor_id order by bound) as valid_to
    from bounds

),

-- the farthest ancestor on those days is the root; ties go to part_of, then to the id
rooted as (

    select
        periods.actor_id,
        periods.valid_from,
        periods.valid_to,
        arg_max(ancestors.ancestor_id, (ancestors.distance, ancestors.is_part_of, ancestors.ancestor_id)) as side_id,
        arg_max(ancestors.ancestor_id, (ancestors.distance, ancestors.ancestor_id)) filter (where ancestors.is_part_of) as voice_id,
        arg_min(ancestors.ancestor_id, (ancestors.distance, not ancestors.is_part_of, ancestors.ancestor_id)) as parent_actor_id
    from periods
    inner join actors on periods.actor_id = actors.actor_id
    left join ancestors
        on
            periods.actor_id = ancestors.actor_id
            and periods.valid_from >= ancestors.valid_from
            and periods.valid_to <= ancestors.valid_to
    where periods.valid_to is not null
    group by all

)

select
    actor_id,
    valid_from,
    valid_to,
    coalesce(side_id, actor_id) as side_id,
    coalesce(voice_id, actor_id) as voice_id,
    parent_actor_id
from rooted
