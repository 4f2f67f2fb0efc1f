-- Each wording of an actor once, with its keys: the whole phrase, and the part of it that can be a name.
with

names as (

    select distinct name_text
    from {{ ref('int_claim_names_listed') }}
    where slot in ('actor', 'target', 'attributed_to', 'holder', 'from')

),

cut as (

    select
        name_text,
        {{ actor_core_text('name_text') }} as core_text
    from names

)

select
    name_text,
    core_text,
    name_key(name_text) as whole_key,
    name_key(core_text) as core_key,
    regexp_matches(lower(name_text), '{{ bystander_words() | trim }}') as names_bystanders,
    regexp_matches(lower(name_text), '{{ role_before() | trim }}')
    or regexp_matches(lower(name_text), '[ -]{{ role_words_after() | trim }}$') as names_followers
from cut
