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
        actors.kind as actor_kind,
        name_key(names_and_aliases.alias) as alias_key,
        {{ plain_words('trim(names_and_aliases.alias)') }}[-1] as last_word
    from names_and_aliases
    inner join actors on names_and_aliases.actor_id = actors.actor_id

)

-- a key of one short word, or of one word for a person, means the actor only when the word is spelt closely like the alias
select
    actor_id,
    alias_key,
    alias_kind,
    theatre,
    valid_from,
    valid_to,
    min(alias) as alias,
    len(string_split(alias_key, ' ')) as n_words,
    not contains(alias_key, ' ') and alias_kind <> 'abbreviation' and (actor_kind = 'person' or length(alias_key) <= 5) as is_spelt_closely,
    bool_and(last_word <> lower(last_word)) as is_capitalised,
    list(distinct {{ close_spelling('last_word') }}) as spellings
from keyed
where alias_key is not null
group by actor_id, alias_key, alias_kind, theatre, valid_from, valid_to, actor_kind
