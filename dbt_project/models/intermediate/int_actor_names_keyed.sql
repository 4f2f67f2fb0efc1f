-- Each wording of an actor once, with its keys: of the whole phrase, of the part of it that can be a name, and of that part
-- without what describes it.
with

names as (

    select distinct name_text
    from {{ ref('int_claim_names_listed') }}
    where slot in ('actor', 'target', 'attributed_to', 'holder', 'from')

),

cut as (

    select
        name_text,
        {{ actor_core_text('name_text') }} as core_text,
        {{ actor_core_text('name_text', cut_description=true) }} as head_text,
        {{ actor_core_text(without_lost_possessives('name_text'), cut_description=true) }} as bare_text
    from names

)

select
    name_text,
    core_text,
    head_text,
    bare_text,
    name_key(name_text) as whole_key,
    name_key(core_text) as core_key,
    name_key(head_text) as head_key,
    name_key(bare_text) as bare_key,
    {{ holds_a_name('name_text', (bystander_words() | trim) ~ '|' ~ (role_words_after() | trim)) }} as is_named,
    regexp_matches(lower(name_text), '\b(?:{{ bystander_words() | trim }})\b') as names_bystanders,
    regexp_matches(lower(name_text), '{{ role_before() | trim }}')
    or regexp_matches(lower(name_text), '[ -]{{ role_words_after() | trim }}$') as names_followers
from cut
