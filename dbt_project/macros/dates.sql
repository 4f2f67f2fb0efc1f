{# The open ends of validity, so that intervals compare without special cases. #}
{% macro first_day() -%} date '0001-01-01' {%- endmacro %}
{% macro last_day_of_all() -%} date '9999-12-31' {%- endmacro %}

{# First day on which the claimed event can have happened; without a date it lies shortly before the report. #}
{% macro date_low(event_date, precision, reported_day) -%}
    case
        when {{ event_date }} is null then {{ reported_day }} - {{ var('undated_lookback_days') }}::integer
        when {{ precision }} = 'month' then date_trunc('month', {{ event_date }})::date
        when {{ precision }} = 'year' then date_trunc('year', {{ event_date }})::date
        else {{ event_date }}
    end
{%- endmacro %}

{# Last day on which the claimed event can have happened (closed). #}
{% macro date_high(event_date, precision, reported_day) -%}
    case
        when {{ event_date }} is null then {{ reported_day }}
        when {{ precision }} = 'week' then {{ event_date }} + 6
        when {{ precision }} = 'month' then last_day({{ event_date }})
        when {{ precision }} = 'year' then make_date(year({{ event_date }}), 12, 31)
        else {{ event_date }}
    end
{%- endmacro %}
