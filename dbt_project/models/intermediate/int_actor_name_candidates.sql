-- The actors that a wording can mean, by rule; which of them it means depends on theatre and day.
with

names as (

    select * from {{ ref('int_actor_names_keyed') }}

),

aliases as (

    select * from {{ ref('int_actor_aliases_keyed') }}

),

whole as (

    select
        names.name_text,
        1 as rule_rank,
        'whole_name' as match_rule,
        aliases.*,
        1 as first_word
    from names
    inner join aliases on names.whole_key = aliases.alias_key

),

core as (

    select
        names.name_text,
        2 as rule_rank,
        'core_name' as match_rule,
        aliases.*,
        1 as first_word
    from names
    inner join aliases on names.core_key = aliases.alias_key
    where names.core_key is distinct from names.whole_key

),

head as (

    select
        names.name_text,
        3 as rule_rank,
        'core_name' as match_rule,
        aliases.*,
        1 as first_word
    from names
    inner join aliases on names.head_key = aliases.alias_key
    where names.head_key is distinct from names.core_key

),

bare as (

    select
        names.name_text,
        4 as rule_rank,
        'core_name' as match_rule,
        aliases.*,
        1 as first_word
    from names
    inner join aliases on names.bare_key = aliases.alias_key
    where names.bare_key is distinct from names.head_key

),

words as (

    select
        name_text,
        string_split(head_key, ' ') as core_words
    from names
    where head_key is not null and not names_bystanders
    union
    select
        name_text,
        string_split(bare_key, ' ') as core_words
    from names
    where bare_key is not null and not names_bystanders

),

-- every run of whole words, so that looking for aliases inside a name is one equality join
runs as (

    select
        words.name_text,
        first_words.first_word,
        lengths.n_words,
        len(words.core_words) as n_core_words,
        array_to_string(list_slice(
            words.core_words, first_words.first_word, first_words.first_word + lengths.n_words - 1
        ), ' ') as run_key,
        words.core_words[first_words.first_word - 1] as word_before
    from words
    cross join lateral (select unnest(range(1, len(words.core_words) + 1)) as first_word) as first_words
    cross join range(1, {{ var('name_run_max_words') }} + 1) as lengths (n_words)
    where
        first_words.first_word + lengths.n_words - 1 <= len(words.core_words)
        and lengths.n_words < len(words.core_words)

),

-- a generic word ("rebels") names its actor only as the head, at the end of the phrase; "anti-X" is not X
parts as (

    select
        runs.name_text,
        5 as rule_rank,
        'part_of_name' as match_rule,
        aliases.*,
        runs.first_word
    from runs
    inner join aliases on runs.run_key = aliases.alias_key
    where
        (aliases.alias_kind <> 'generic' or runs.first_word + runs.n_words - 1 = runs.n_core_words)
        and coalesce(runs.word_before, '') not in ('anti', 'non', 'against', 'versus', 'opposed', 'rival')

),

together as (

    select * from whole
    union all
    select * from core
    union all
    select * from head
    union all
    select * from bare
    union all
    select * from parts

),

-- an abbreviation is one only as written, so that no "car" is the CAR; four letters and more may be capitalised ("Isis")
written as (

    select *
    from together
    where
        alias_kind <> 'abbreviation'
        or contains(replace(name_text, '.', ''), replace(alias, '.', ''))
        or (length(alias) >= 4 and contains(name_text, upper(alias[1]) || lower(alias[2:])))

)

-- nor is "mass" the person Maas, nor a man called Hague the government in The Hague
select * exclude (is_spelt_closely, is_capitalised, spellings)
from written
where
    (
        not coalesce(is_spelt_closely, false)
        or len(
            list_filter(
                {{ plain_words('name_text') }},
                lambda word:
                (not is_capitalised or word <> lower(word) or word = upper(word))
                and (
                    list_contains(spellings, {{ close_spelling('word') }})
                    or list_contains(spellings, {{ close_spelling("regexp_replace(word, 's$', '')") }})
                )
            )
        ) > 0
    )
    and not (
        match_rule = 'part_of_name'
        and alias_kind = 'generic'
        and starts_with(alias, 'The ')
        and not contains(lower(name_text), lower(alias))
    )
