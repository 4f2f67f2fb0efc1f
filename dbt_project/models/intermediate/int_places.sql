-- The places the warehouse knows: the dictionary's, those of the gazetteer that claims name, and the discovered ones.
with

places as (

    select * from {{ ref('stg_reference__places') }}

),

gazetteer as (

    select * from {{ ref('stg_landing__gazetteer') }}

),

resolved as (

    select * from {{ ref('int_place_names_resolved') }}

),

listed as (

    select * from {{ ref('int_claim_names_listed') }} where slot in ('place', 'other_place')

),

theatres as (

    select theatre, countries[1] as country from {{ ref('stg_reference__theatres') }} where len(countries) = 1

),

used as (

    select place_id from resolved where not is_discovered and place_id is not null
    union
    select container_place_id as place_id from resolved where container_place_id is not null

),

from_gazetteer as (

    select gazetteer.*
    from gazetteer
    left join places as same_place on gazetteer.place_id = same_place.gazetteer_id
    where
        same_place.place_id is null
        and (gazetteer.kind = 'country' or gazetteer.place_id in (select place_id from used))

),

discovered_wordings as (

    select
        resolved.place_id,
        resolved.theatre,
        resolved.name_text,
        resolved.container_place_id,
        resolved.kind_told,
        count(*) as n_uses
    from resolved
    inner join listed
        on resolved.name_text = listed.name_text and resolved.theatre is not distinct from listed.theatre
    where resolved.is_discovered
    group by all

),

discovered as (

    select
        place_id,
        any_value(theatre) as theatre,
        arg_max(name_text, (n_uses, -length(name_text), name_text)) as name,
        min(container_place_id) as container_place_id,
        min(kind_told) as kind_told
    from discovered_wordings
    group by place_id

),

countries as (

    select country, place_id from places where kind = 'country'
    union all
    select country, place_id from from_gazetteer
    where kind = 'country' and country not in (select country from places where kind = 'country' and country is not null)

),

governorates as (

    select country, admin1, min(place_id) as place_id
    from places
    where kind = 'governorate' and admin1 is not null
    group by all

),

known as (

    select
        places.place_id,
        places.name,
        places.kind,
        places.country,
        places.admin1,
        coalesce(places.parent_place_id, countries.place_id) as parent_place_id,
        places.latitude::double as latitude,
        places.longitude::double as longitude,
        places.theatre,
        false as is_discovered
    from places
    left join countries on places.country = countries.country
    union all
    select
        from_gazetteer.place_id,
        from_gazetteer.name,
        from_gazetteer.kind,
        from_gazetteer.country,
        from_gazetteer.admin1,
        coalesce(governorates.place_id, countries.place_id) as parent_place_id,
        from_gazetteer.latitude,
        from_gazetteer.longitude,
        null as theatre,
        false as is_discovered
    from from_gazetteer
    left join governorates on from_gazetteer.country = governorates.country and from_gazetteer.admin1 = governorates.admin1
    left join countries on from_gazetteer.country = countries.country

),

found as (

    select
        discovered.place_id,
        discovered.name,
        coalesce(discovered.kind_told, 'other') as kind,
        coalesce(known.country, theatres.country) as country,
        known.admin1,
        coalesce(discovered.container_place_id, countries.place_id) as parent_place_id,
        known.latitude,
        known.longitude,
        discovered.theatre,
        true as is_discovered
    from discovered
    left join known on discovered.container_place_id = known.place_id
    left join theatres on discovered.theatre = theatres.theatre
    left join countries on theatres.country = countries.country

),

together as (

    select * from known
    union all
    select * from found

)

select
    place_id,
    name,
    kind,
    country,
    admin1,
    nullif(parent_place_id, place_id) as parent_place_id,
    latitude,
    longitude,
    theatre,
    is_discovered
from together
