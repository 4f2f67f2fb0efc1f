-- Whom an actor belongs to in a theatre, day by day, as periods: its side (the root of its affiliations there), its voice (the
-- root over part_of alone, so that a spokesman and his army are one voice) and its nearest parent. A state that takes a side in
-- one war takes none by that in another. Of actors that only the articles know there is no row: each is a side of its own.
with

actors as (

    select * from {{ ref('stg_reference__actors') }}

),

ancestors as (

    select * from {{ ref('int_actor_ancestors') }}

),

-- null stands for the articles of no theatre
theatres as (

    select theatre from {{ ref('stg_reference__theatres') }}
    union
    select null::varchar as theatre

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

-- a chain counts that takes sides in no other theatre than the one asked for; failing that, in the actor's own
chains as (

    select
        periods.actor_id,
        theatres.theatre,
        periods.valid_from,
        periods.valid_to,
        ancestors.ancestor_id,
        ancestors.distance,
        ancestors.is_part_of,
        case
            when list_has_all([theatres.theatre], ancestors.theatres) then 2
            when list_has_all([theatres.theatre, actors.theatre], ancestors.theatres) then 1
        end as fit
    from periods
    inner join actors on periods.actor_id = actors.actor_id
    cross join theatres
    left join ancestors
        on
            periods.actor_id = ancestors.actor_id
            and periods.valid_from >= ancestors.valid_from
            and periods.valid_to <= ancestors.valid_to
    where periods.valid_to is not null

),

-- the farthest ancestor on those days is the root; ties go to part_of, then to the id
rooted as (

    select
        actor_id,
        theatre,
        valid_from,
        valid_to,
        arg_max(ancestor_id, (fit, distance, is_part_of, ancestor_id)) filter (where fit is not null) as side_id,
        arg_max(ancestor_id, (distance, ancestor_id)) filter (where is_part_of) as voice_id,
        arg_min(ancestor_id, (-fit, distance, not is_part_of, ancestor_id)) filter (where fit is not null) as parent_actor_id
    from chains
    group by actor_id, theatre, valid_from, valid_to

)

select
    actor_id,
    theatre,
    valid_from,
    valid_to,
    coalesce(side_id, actor_id) as side_id,
    coalesce(voice_id, actor_id) as voice_id,
    parent_actor_id
from rooted
