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
