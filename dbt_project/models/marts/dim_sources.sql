with

declared as (

    select * from {{ ref('stg_landing__sources') }}

),

profiles as (

    select * from {{ ref('stg_reference__source_profiles') }}

),

articles as (

    select * from {{ ref('stg_landing__articles') }}

),

actors as (

    select * from {{ ref('stg_reference__actors') }}

),

outlets as (

    select
        outlet_id as source_id,
        mode(language order by language) as language
    from articles
    group by outlet_id

),

sources as (

    select source_id from outlets
    union
    select source_id from declared

)

select
    sources.source_id,
    coalesce(profiles.name, declared.name, sources.source_id) as name,
    coalesce(profiles.url, declared.url) as url,
    coalesce(declared.country, profiles.country) as country,
    coalesce(declared.language, profiles.language, outlets.language) as language,
    coalesce(profiles.kind, 'unknown') as kind,
    coalesce(sides.actor_id, profiles.side_actor_id) as side_actor_id,
    declared.source_id is not null as is_declared
from sources
left join outlets on sources.source_id = outlets.source_id
left join declared on sources.source_id = declared.source_id
left join profiles on sources.source_id = profiles.source_id
left join actors as sides on declared.side = sides.actor_id
