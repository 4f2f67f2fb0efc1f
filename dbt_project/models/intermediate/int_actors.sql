with

actors as (

    select * from {{ ref('stg_reference__actors') }}

),

resolved as (

    select * from {{ ref('int_actor_names_resolved') }}

),

listed as (

    select * from {{ ref('int_claim_names_listed') }}

),

mentions as (

    select distinct trim(antecedent) as name_text
    from {{ ref('stg_landing__mentions') }}
    where kind = 'person'

),

discovered_wordings as (

    select
        resolved.actor_id,
        resolved.theatre,
        resolved.name_text,
        bool_or(mentions.name_text is not null) as is_person,
        bool_or(resolved.is_named) as is_named,
        count(*) as n_uses
    from resolved
    inner join listed
        on
            resolved.name_text = listed.name_text
            and resolved.theatre is not distinct from listed.theatre
            and resolved.claim_day = listed.claim_day
            and listed.slot in ('actor', 'target', 'attributed_to', 'holder', 'from')
    left join mentions on resolved.name_text = mentions.name_text
    where resolved.is_discovered
    group by all

),

-- a discovered actor is called what the articles call it most often
discovered as (

    select
        actor_id,
        arg_max(name_text, (n_uses, -length(name_text), name_text)) as name,
        case when bool_or(is_person) then 'person' else 'other' end as kind,
        bool_or(is_named) as is_named,
        any_value(theatre) as theatre
    from discovered_wordings
    group by actor_id

)

select
    actor_id,
    name,
    kind,
    country,
    theatre,
    description,
    true as is_named,
    false as is_discovered
from actors
union all
select
    actor_id,
    name,
    kind,
    null as country,
    theatre,
    null as description,
    is_named,
    true as is_discovered
from discovered
