-- The names that claims hold, one row for each slot that is filled: what name resolution has to answer.
with

articles as (

    select * from {{ ref('stg_landing__articles') }}

),

theatres as (

    select * from {{ ref('int_articles_placed_in_theatres') }}

),

event_claims as (

    select * from {{ ref('stg_landing__event_claims') }}

),

control_claims as (

    select * from {{ ref('stg_landing__control_claims') }}

),

slots as (

    {% for slot in ['actor', 'target', 'attributed_to', 'place'] %}
        select
            claim_id,
            article_id,
            event_date,
            'event' as claim_kind,
            '{{ slot }}' as slot,
            trim(coalesce({{ slot }}_antecedent, {{ slot }}_text)) as name_text
        from event_claims
        union all
    {% endfor %}
    select
        claim_id,
        article_id,
        event_date,
        'event' as claim_kind,
        'other_place' as slot,
        trim(unnest(other_places)) as name_text
    from event_claims
    {% for slot in ['holder', 'from', 'attributed_to', 'place'] %}
        union all
        select
            claim_id,
            article_id,
            event_date,
            'control' as claim_kind,
            '{{ slot }}' as slot,
            trim(coalesce({{ slot }}_antecedent, {{ slot }}_text)) as name_text
        from control_claims
    {% endfor %}

)

select
    slots.claim_id,
    slots.claim_kind,
    slots.slot,
    slots.name_text,
    theatres.theatre,
    coalesce(slots.event_date, articles.reported_day) as claim_day
from slots
inner join articles on slots.article_id = articles.article_id
left join theatres on slots.article_id = theatres.article_id
where slots.name_text <> ''
