{#
  Floor: the only kind of test that sees an empty table. Returns one row when the model has fewer than `rows` rows.
  `unless_empty`: name of a relation; while that one is empty too, the model may be empty (no news has no facts).
#}
{% test at_least_one_row(model, rows=1, unless_empty=none) -%}
    select n_rows
    from (select count(*) as n_rows from {{ model }}) as counted
    where n_rows < {{ rows }} and {% if unless_empty %} exists (select 1 from {{ unless_empty }}) {% else %} true {% endif %}
{%- endtest %}
