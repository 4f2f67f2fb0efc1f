{{ config(materialized="view") }}

-- Every spelling of every place, keyed: the dictionary's places and, behind them, the gazetteer's.
with

places as (

    select * from {{ ref('stg_reference__places') }}

),

aliases as (

    select * from {{ ref('stg_reference__place_aliases') }}

),

gazetteer as (

    select * from {{ ref('stg_landing__gazetteer') }}

),

dictionary_names as (

    select place_id, name as alias from places
    union
    select place_id, alias from aliases

),

dictionary_keys as (

    select distinct
        place_id,
        lower(alias) as spelling,
        name_key(alias) as place_key
    from dictionary_names

),

dictionary as (

    select
        dictionary_keys.place_id,
        dictionary_keys.place_key,
        dictionary_keys.spelling,
        'dictionary' as origin,
        places.kind,
        places.country,
        places.theatre,
        null::bigint as population,
        null::bigint as n_names,
        null::double as latitude,
        null::double as longitude,
        3.0 as evidence_weight
    from dictionary_keys
    inner join places on dictionary_keys.place_id = places.place_id

),

-- one place, one id: where the dictionary says which GeoNames place it means, the gazetteer's spellings are its own
gazetteer_keys as (

    select
        coalesce(places.place_id, gazetteer.place_id) as place_id,
        'gazetteer' as origin,
        coalesce(places.kind, gazetteer.kind) as kind,
        gazetteer.country,
        regexp_replace(strip_accents(lower(gazetteer.name)), '^st[.]? ', 'saint ') as spelling,
        places.theatre,
        gazetteer.population,
        len(gazetteer.names) as n_names,
        gazetteer.latitude,
        gazetteer.longitude,
        case when gazetteer.kind = 'country' then 3.0 when gazetteer.population >= 50000 then 1.0 else 0.25 end as evidence_weight,
        unnest(gazetteer.keys) as place_key
    from gazetteer
    left join places on gazetteer.place_id = places.gazetteer_id

)

select
    place_id,
    place_key,
    spelling,
    origin,
    kind,
    country,
    theatre,
    population,
    n_names,
    latitude,
    longitude,
    evidence_weight
from dictionary
where place_key is not null
union all
select
    place_id,
    place_key,
    spelling,
    origin,
    kind,
    country,
    theatre,
    population,
    n_names,
    latitude,
    longitude,
    evidence_weight
from gazetteer_keys
where place_key is not null
