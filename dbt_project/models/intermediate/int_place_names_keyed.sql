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
        regexp_replace(
            regexp_replace(split_part(lower_text, ',', 1), '{{ settlement_before() | trim }}', ''), '{{ settlement_after() | trim }}', ''
        ) as core_text,
        regexp_replace(regexp_replace(lower_text, '{{ division_before() | trim }}', ''), '{{ division_after() | trim }}', '') as division_text,
        regexp_replace(regexp_replace(lower_text, '{{ part_before() | trim }}', ''), '{{ part_after() | trim }}', '') as whole_text
    from lowered

)

select
    name_text,
    name_key(lower_text) as whole_key,
    name_key(core_text) as core_key,
    case when division_text <> lower_text then name_key(division_text) end as division_key,
    case when whole_text <> lower_text then name_key(whole_text) end as container_key,
    {{ place_kind_told('lower_text') }} as kind_told
from cut
