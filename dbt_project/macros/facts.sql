{#
  How much one statement of a voice weighs: a side that admits what hurts it weighs more than a bystander, a side that speaks
  for itself less, and doubt halves.
#}
{% macro claim_weight(interest, is_doubted) -%}
    (
        case {{ interest }}
            when 'against_interest' then {{ var('weight_against_interest') }}
            when 'self_serving' then {{ var('weight_self_serving') }}
            else {{ var('weight_neutral') }}
        end * case when {{ is_doubted }} then {{ var('weight_doubted') }} else 1.0 end
    )::double
{%- endmacro %}

{#
  The standing of a fact from its voices. `n_for`: independent undoubted voices for it (those that speak for the same side count
  once); `n_unselfish`: how many of them are neutral or against interest; `n_any`: voices for it of any kind; `n_against`: voices that deny or contradict it.
#}
{% macro standing(n_any, n_for, n_unselfish, n_against) -%}
    case
        when {{ n_any }} = 0 and {{ n_against }} > 0 then 'denied'
        when {{ n_against }} > 0 then 'disputed'
        when {{ n_for }} >= {{ var('confirmed_min_voices') }} and {{ n_unselfish }} > 0 then 'confirmed'
        when {{ n_unselfish }} > 0 then 'reported'
        else 'claimed'
    end
{%- endmacro %}

{# Whether words name forces of some kind, though not which: "armed men", "Islamist fighters", "militants". #}
{% macro names_forces(text) -%}
    regexp_matches(
        lower({{ text }}),
        '\b(?:forces?|troops?|army|armies|fighters?|soldiers?|militants?|militiamen|militias?|gunmen|insurgents?|rebels?|brigades?|battalions?|factions?|jihadists?|extremists?|terrorists?|guards?|guerrillas?|mercenaries|tribesmen|units|regimes?|armed)\b'
    )
{%- endmacro %}

{# Whether an actor that only the articles know bears the name of a party: no person, no bystanders, and a capital in the name. #}
{% macro is_name_of_a_party(actor) -%}
    (
        {{ actor }}.is_named
        and {{ actor }}.kind <> 'person'
        and regexp_matches({{ actor }}.name, '[\p{Lu}\p{Lo}]')
        and not regexp_matches(lower({{ actor }}.name), '\b(?:{{ bystander_words() | trim }})\b')
    )
{%- endmacro %}

{#
  Whether the words of a place name some part of what they end with, or the land beside it: "parts of X", "a district in X", "the
  plateau above X". "Most of X" is X.
#}
{% macro names_a_part(text) -%}
    (
        regexp_matches(
            lower({{ text }}),
            '^(?:the |some |several |many |other |large |small |key |vast |wide |its |their |a |an )*(?:parts?|portions?|areas|positions?|swathes?|pockets?|handful|buildings?|blocks?|streets?|outskirts|suburbs?|edges?|checkpoints?|points?|plateau|hills?|heights?|highlands?|countryside|territory|ground|farms)\b.*\b(?:of|in|near|around|outside|above|south|north|east|west)\b'
        )
        or regexp_matches(
            lower({{ text }}),
            '^(?:an?|some|several|many|two|three|four|five|another|other)\b.*\b(?:areas?|districts?|neighbou?rhoods?|villages?|towns?|quarters?|sectors?)\b.*\b(?:of|in|near|around|outside)\b'
        )
    )
{%- endmacro %}
