-- Each wording of a place once, with the keys to look it up by.
with

names as (

    select distinct name_text
    from {{ ref('int_claim_names_listed') }}
    where slot in ('place', 'other_place')

),

lowered as (

    select
        name_text,
        regexp_replace(
            regexp_replace(regexp_replace(lower(name_text), '[’‘ʼ`´]', '''', 'g'), '''s\b', '', 'g'), '^the[ ]+', ''
        ) as lower_text
    from names

),

cut as (

    select
        name_text,
        lower_text,
        regexp_replace(lower({{ without_lost_possessives('name_text') }}), '^the[ ]+', '') as bare_text,
        regexp_replace(
            regexp_replace(split_part(lower_text, ',', 1), '{{ settlement_before() | trim }}', ''), '{{ settlement_after() | trim }}', ''
        ) as core_text,
        regexp_replace(
            regexp_replace(lower_text, '{{ division_before() | trim }}', ''), '{{ division_after() | trim }}', ''
        ) as division_text,
        regexp_replace(regexp_replace(core_text, '{{ part_before() | trim }}', ''), '{{ part_after() | trim }}', '') as container_text
    from lowered

)

select
    name_text,
    lower_text as whole_text,
    core_text,
    nullif(division_text, lower_text) as division_text,
    nullif(container_text, core_text) as container_text,
    nullif(bare_text, lower_text) as bare_text,
    name_key(lower_text) as whole_key,
    name_key(core_text) as core_key,
    name_key(nullif(division_text, lower_text)) as division_key,
    name_key(nullif(container_text, core_text)) as container_key,
    name_key(nullif(bare_text, lower_text)) as bare_key,
    {{ holds_a_name('name_text', place_common_nouns() | trim) }}
    and not regexp_matches(lower_text, '{{ place_description() | trim }}') as is_named,
    {{ place_kind_told('lower_text') }} as kind_told
from cut
