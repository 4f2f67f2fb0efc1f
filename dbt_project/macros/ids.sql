{# A key of 12 hexadecimal digits over the parts, equal on every run and machine; null and '' differ. #}
{% macro hash_id(parts) -%}
    left(sha256({% for part in parts %}coalesce(chr(1) || {{ part }}, chr(0)) || chr(31){% if not loop.last %} || {% endif %}{% endfor %}), 12)
{%- endmacro %}
