-- Each outlet with the side it belongs to in a theatre, as periods, and the actor it is, where the dictionaries know it as one.
with

articles as (

    select distinct outlet_id as source_id from {{ ref('stg_landing__articles') }}

),

declared as (

    select * from {{ ref('stg_landing__sources') }}

),

profiles as (

    select * from {{ ref('stg_reference__source_profiles') }}

),

sides as (

    select * from {{ ref('int_actor_sides') }}

),

actors as (

    select * from {{ ref('stg_reference__actors') }}

),

aliases as (

    select * from {{ ref('int_actor_aliases_keyed') }}

),

theatres as (

    select theatre from {{ ref('stg_reference__theatres') }}
    union
    select null::varchar as theatre

),

source_ids as (

    select source_id from articles
    union
    select source_id from declared
    union
    select source_id from profiles

),

described as (

    select
        source_ids.source_id,
        coalesce(profiles.name, declared.name) as name,
        coalesce(declared.side, profiles.side_actor_id) as side_actor_id
    from source_ids
    left join declared on source_ids.source_id = declared.source_id
    left join profiles on source_ids.source_id = profiles.source_id

),

-- an outlet that is a media actor of the dictionary, by name
media as (

    select
        described.source_id,
        min(aliases.actor_id) as actor_id
    from described
    inner join aliases on name_key(described.name) = aliases.alias_key
    inner join actors on aliases.actor_id = actors.actor_id and actors.kind in ('media', 'ngo')
    group by described.source_id

),

based as (

    select
        described.*,
        media.actor_id,
        coalesce(described.side_actor_id, media.actor_id) as base_actor_id
    from described
    left join media on described.source_id = media.source_id

)

select
    based.source_id,
    theatres.theatre,
    based.name,
    based.side_actor_id,
    based.actor_id,
    case when voice_sides.voice_id <> based.actor_id then voice_sides.voice_id end as voice_actor_id,
    case when based.side_actor_id is not null then sides.side_id when sides.side_id <> based.actor_id then sides.side_id end as side_id,
    coalesce(greatest(sides.valid_from, voice_sides.valid_from), sides.valid_from, {{ first_day() }}) as valid_from,
    coalesce(least(sides.valid_to, voice_sides.valid_to), sides.valid_to, {{ last_day_of_all() }}) as valid_to
from based
cross join theatres
left join sides on based.base_actor_id = sides.actor_id and theatres.theatre is not distinct from sides.theatre
left join sides as voice_sides
    on
        based.actor_id = voice_sides.actor_id
        and theatres.theatre is not distinct from voice_sides.theatre
        and sides.valid_from < voice_sides.valid_to
        and sides.valid_to > voice_sides.valid_from
