with

listed as (

    select distinct
        name_text,
        theatre
    from {{ ref('int_claim_names_listed') }}
    where slot in ('place', 'other_place')

),

names as (

    select * from {{ ref('int_place_names_keyed') }}

),

aliases as (

    select * from {{ ref('int_place_aliases_keyed') }}

),

theatre_countries as (

    select theatre, unnest(countries) as country from {{ ref('stg_reference__theatres') }}

),

-- a rectangle around each theatre, in degrees, its neighbourhood included
neighbourhoods as (

    select
        theatre_countries.theatre,
        min(aliases.latitude) - {{ var('near_place_degrees') }} as south,
        max(aliases.latitude) + {{ var('near_place_degrees') }} as north,
        min(aliases.longitude) - {{ var('near_place_degrees') }} as west,
        max(aliases.longitude) + {{ var('near_place_degrees') }} as east
    from aliases
    inner join theatre_countries on aliases.country = theatre_countries.country
    group by theatre_countries.theatre

),

lookups as (

    {% for kind in ['whole', 'core', 'division', 'container', 'bare'] %}
        select distinct
            names.{{ kind }}_text as lookup_text,
            names.{{ kind }}_key as key,
            listed.theatre,
            {{ 'true' if kind == 'division' else 'false' }} as is_division
        from listed
        inner join names on listed.name_text = names.name_text
        where names.{{ kind }}_key is not null
        {% if not loop.last %}union{% endif %}
    {% endfor %}

),

-- dictionary of the theatre, gazetteer in the theatre's countries, countries, dictionary elsewhere, places elsewhere: towns of
-- some size near the theatre, and farther off what the world knows, which is what has names in many languages;
-- elsewhere the spelling itself must agree, not just its key, since the world is full of names that sound alike;
-- of two places with one name in one country the settlement goes before the division, the spelling itself
-- before the one that sounds alike, the larger before the smaller
ranked as (

    select
        lookups.lookup_text,
        lookups.theatre,
        lookups.is_division,
        aliases.place_id,
        aliases.origin,
        case
            when aliases.origin = 'dictionary' and (aliases.theatre = lookups.theatre or theatre_countries.country is not null) then 1
            when aliases.kind = 'country' then 2
            when theatre_countries.country is not null then 3
            when aliases.origin = 'dictionary' then 4
            else 5
        end as preference,
        row_number() over (
            partition by lookups.lookup_text, lookups.theatre, lookups.is_division
            order by
                preference asc,
                case
                    when aliases.kind in ('city', 'town', 'village') then 0 when aliases.kind in ('governorate', 'region') then 2 else 1
                end,
                (
                    regexp_replace(strip_accents(lookups.lookup_text), '^(?:al|el)[- ]', '')
                    = regexp_replace(strip_accents(aliases.spelling), '^(?:al|el)[- ]', '')
                ) desc,
                aliases.population desc nulls last,
                aliases.place_id asc
        ) as choice
    from lookups
    inner join aliases on lookups.key = aliases.place_key
    left join theatre_countries
        on
            lookups.theatre = theatre_countries.theatre
            and aliases.country = theatre_countries.country
    left join neighbourhoods on lookups.theatre = neighbourhoods.theatre
    where
        (not lookups.is_division or aliases.kind in ('governorate', 'region', 'district'))
        and (
            aliases.kind = 'country'
            or theatre_countries.country is not null
            or aliases.theatre = lookups.theatre
            or (
                regexp_replace(strip_accents(lookups.lookup_text), '^st[.]? ', 'saint ') = strip_accents(aliases.spelling)
                and (
                    aliases.origin = 'dictionary'
                    or (
                        aliases.n_names >= {{ var('far_place_min_names') }}
                        and aliases.population >= {{ var('foreign_place_min_population') }}
                    )
                    or (
                        aliases.population >= {{ var('foreign_place_min_population') }}
                        and aliases.latitude between neighbourhoods.south and neighbourhoods.north
                        and aliases.longitude between neighbourhoods.west and neighbourhoods.east
                    )
                )
            )
        )

),

chosen as (

    select * from ranked where choice = 1

),

resolved as (

    select
        listed.name_text,
        listed.theatre,
        names.core_key,
        names.whole_key,
        names.kind_told,
        names.is_named,
        coalesce(whole.place_id, core.place_id, division.place_id, bare.place_id) as known_place_id,
        case
            when whole.place_id is not null then 'whole_name'
            when core.place_id is not null then 'core_name'
            when division.place_id is not null then 'division_name'
            when bare.place_id is not null then 'bare_name'
            else 'discovered'
        end as match_rule,
        container.place_id as container_place_id
    from listed
    inner join names on listed.name_text = names.name_text
    left join chosen as whole
        on
            names.whole_text = whole.lookup_text and listed.theatre is not distinct from whole.theatre and not whole.is_division
            and (names.is_named or whole.preference < 3)
    left join chosen as core
        on
            names.core_text = core.lookup_text and listed.theatre is not distinct from core.theatre and not core.is_division
            and (names.is_named or core.preference < 3)
    left join chosen as division
        on
            names.division_text = division.lookup_text and listed.theatre is not distinct from division.theatre and division.is_division
            and (names.is_named or division.preference < 3)
    left join chosen as bare
        on
            names.bare_text = bare.lookup_text
            and listed.theatre is not distinct from bare.theatre
            and not bare.is_division
    left join chosen as container
        on
            names.container_text = container.lookup_text
            and listed.theatre is not distinct from container.theatre
            and not container.is_division
            and (names.is_named or container.preference < 3)

)

-- a common noun ("the town") that stands for nothing else names no place
select
    name_text,
    theatre,
    case
        when known_place_id is not null then known_place_id
        when is_named then 'dp_' || {{ hash_id(['coalesce(core_key, whole_key, lower(name_text))', 'theatre']) }}
    end as place_id,
    case when known_place_id is null and not is_named then 'unnamed' else match_rule end as match_rule,
    case when known_place_id is null then container_place_id end as container_place_id,
    case when known_place_id is null then kind_told end as kind_told,
    known_place_id is null and is_named as is_discovered
from resolved
