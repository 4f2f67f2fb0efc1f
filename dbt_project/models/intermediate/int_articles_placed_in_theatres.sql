-- Which war an article tells of: the theatre that most of the places and actors it names belong to; the outlet's own
-- country counts little and decides only where the text does not.
with

articles as (

    select * from {{ ref('stg_landing__articles') }}

),

theatres as (

    select * from {{ ref('stg_reference__theatres') }}

),

theatre_countries as (

    select theatre, unnest(countries) as country from theatres

),

mentions as (

    select article_id, trim(antecedent) as name_text from {{ ref('stg_landing__mentions') }}

),

event_claims as (

    select * from {{ ref('stg_landing__event_claims') }}

),

control_claims as (

    select * from {{ ref('stg_landing__control_claims') }}

),

profiles as (

    select * from {{ ref('stg_reference__source_profiles') }}

),

declared as (

    select * from {{ ref('stg_landing__sources') }}

),

names as (

    select article_id, name_text from mentions
    union
    select
        article_id,
        trim(unnest([place_antecedent, actor_antecedent, target_antecedent, attributed_to_antecedent])) as name_text
    from event_claims
    union
    select
        article_id,
        trim(unnest([place_antecedent, holder_antecedent, from_antecedent, attributed_to_antecedent])) as name_text
    from control_claims

),

distinct_names as (

    select distinct name_text
    from names
    where name_text <> ''

),

keys as (

    select
        name_text,
        name_key(name_text) as key
    from distinct_names

),

article_keys as (

    select distinct
        names.article_id,
        keys.key
    from names
    inner join keys on names.name_text = keys.name_text
    where keys.key is not null

),

place_theatres as (

    select distinct
        aliases.place_key as key,
        coalesce(aliases.theatre, theatre_countries.theatre) as theatre,
        aliases.evidence_weight
    from {{ ref('int_place_aliases_keyed') }} as aliases
    left join theatre_countries on aliases.country = theatre_countries.country

),

actor_theatres as (

    select distinct
        aliases.alias_key as key,
        coalesce(aliases.theatre, actors.theatre, theatre_countries.theatre) as theatre
    from {{ ref('int_actor_aliases_keyed') }} as aliases
    inner join {{ ref('stg_reference__actors') }} as actors on aliases.actor_id = actors.actor_id
    left join theatre_countries on actors.country = theatre_countries.country

),

votes as (

    select article_keys.article_id, place_theatres.theatre, place_theatres.evidence_weight as weight
    from article_keys
    inner join place_theatres on article_keys.key = place_theatres.key
    union all
    select article_keys.article_id, actor_theatres.theatre, 2.0 as weight
    from article_keys
    inner join actor_theatres on article_keys.key = actor_theatres.key
    union all
    select articles.article_id, theatre_countries.theatre, 0.5 as weight
    from articles
    left join declared on articles.outlet_id = declared.source_id
    left join profiles on articles.outlet_id = profiles.source_id
    inner join theatre_countries on coalesce(declared.country, profiles.country) = theatre_countries.country

),

counted as (

    select
        votes.article_id,
        votes.theatre,
        sum(votes.weight) as weight
    from votes
    inner join theatres on votes.theatre = theatres.theatre
    inner join articles on votes.article_id = articles.article_id
    where
        articles.reported_day >= coalesce(theatres.starts_on, {{ first_day() }})
        and articles.reported_day < coalesce(theatres.ends_on, {{ last_day_of_all() }})
    group by all

)

select
    articles.article_id,
    counted.theatre,
    counted.weight
from articles
left join counted on articles.article_id = counted.article_id
qualify row_number() over (partition by articles.article_id order by counted.weight desc nulls last, counted.theatre asc) = 1
