with

actors as (

    select * from {{ ref('stg_reference__actors') }}

),

aliases as (

    select * from {{ ref('stg_reference__actor_aliases') }}

),

-- an actor's own name is an alias of it, in its own theatre
names_and_aliases as (

    select actor_id, alias, alias_kind, theatre, valid_from, valid_to from aliases
    union all
    select
        actor_id,
        name as alias,
        'name' as alias_kind,
        theatre,
        {{ first_day() }} as valid_from,
        {{ last_day_of_all() }} as valid_to
    from actors

),

keyed as (

    select
        names_and_aliases.*,
        name_key(names_and_aliases.alias) as alias_key
    from names_and_aliases

)

select
    actor_id,
    alias_key,
    alias_kind,
    theatre,
    valid_from,
    valid_to,
    min(alias) as alias,
    len(string_split(alias_key, ' ')) as n_words
from keyed
where alias_key is not null
group by all
