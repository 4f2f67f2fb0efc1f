{#
  Interest of a claim: does the side behind its origin gain or lose by what is told?

  The stakes are +1 (that side gains), -1 (it loses) or 0: of the acting side, of the side acted upon, and of a rival, that is
  a warring side other than the acting one. A denial turns the stakes round. No side behind the origin: neutral.
#}
{% macro interest(origin_side, origin_is_warring, actor_side, target_side, actor_stake, target_stake, rival_stake, modality) -%}
    case
        sign(
            (
                case
                    when {{ origin_side }} is null then 0
                    when {{ origin_side }} = {{ actor_side }} then coalesce({{ actor_stake }}, 0)
                    when {{ origin_side }} = {{ target_side }} then coalesce({{ target_stake }}, 0)
                    when {{ origin_is_warring }} and {{ actor_side }} is not null then coalesce({{ rival_stake }}, 0)
                    else 0
                end
            )
            * (case when {{ modality }} = 'negated' then -1 else 1 end)
        )
        when 1 then 'self_serving'
        when -1 then 'against_interest'
        else 'neutral'
    end
{%- endmacro %}
