with

listed as (

    select distinct
        name_text,
        theatre,
        claim_day
    from {{ ref('int_claim_names_listed') }}
    where slot in ('actor', 'target', 'attributed_to', 'holder', 'from')

),

names as (

    select * from {{ ref('int_actor_names_keyed') }}

),

candidates as (

    select * from {{ ref('int_actor_name_candidates') }}

),

people as (

    select actor_id from {{ ref('stg_reference__actors') }} where kind = 'person'

),

organisations as (

    select * from {{ ref('int_actor_ancestors') }} where is_part_of and distance = 1

),

-- an alias counts in its theatre and while it is valid; a name of another theatre only as the whole name, and last
fitting as (

    select
        listed.name_text,
        listed.theatre,
        listed.claim_day,
        candidates.actor_id,
        candidates.match_rule,
        row_number() over (
            partition by listed.name_text, listed.theatre, listed.claim_day
            order by
                (candidates.theatre is not null and candidates.theatre is distinct from listed.theatre) asc,
                candidates.rule_rank asc,
                candidates.n_words desc,
                candidates.first_word desc,
                (candidates.theatre is null) asc,
                (candidates.alias_kind = 'generic') asc,
                candidates.valid_to - candidates.valid_from asc,
                candidates.actor_id asc
        ) as preference
    from listed
    inner join candidates
        on
            listed.name_text = candidates.name_text
            and listed.claim_day >= candidates.valid_from
            and listed.claim_day < candidates.valid_to
    where
        candidates.theatre is null
        or candidates.theatre = listed.theatre
        or listed.theatre is null
        or (candidates.rule_rank = 1 and candidates.alias_kind = 'name')

),

-- "X's forces" are not the person X but what X led on that day
led as (

    select
        fitting.name_text,
        fitting.theatre,
        fitting.claim_day,
        min(organisations.ancestor_id) as organisation_id
    from fitting
    inner join names on fitting.name_text = names.name_text
    inner join people on fitting.actor_id = people.actor_id
    inner join organisations
        on
            fitting.actor_id = organisations.actor_id
            and fitting.claim_day >= organisations.valid_from
            and fitting.claim_day < organisations.valid_to
    where fitting.preference = 1 and fitting.match_rule <> 'whole_name' and names.names_followers
    group by all

)

select
    listed.name_text,
    listed.theatre,
    listed.claim_day,
    coalesce(
        led.organisation_id,
        fitting.actor_id,
        'da_' || {{ hash_id(['coalesce(names.head_key, names.whole_key, lower(listed.name_text))', 'listed.theatre']) }}
    ) as actor_id,
    case
        when led.organisation_id is not null then 'followers_of_person'
        else coalesce(fitting.match_rule, 'discovered')
    end as match_rule,
    fitting.actor_id is not null or names.is_named as is_named,
    fitting.actor_id is null as is_discovered
from listed
inner join names on listed.name_text = names.name_text
left join fitting
    on
        listed.name_text = fitting.name_text
        and listed.theatre is not distinct from fitting.theatre
        and listed.claim_day = fitting.claim_day
        and fitting.preference = 1
left join led
    on
        listed.name_text = led.name_text
        and listed.theatre is not distinct from led.theatre
        and listed.claim_day = led.claim_day
