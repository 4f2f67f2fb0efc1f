-- What is known of an event now is what its last day of knowledge shows.
{% set columns %}
event_id, event_type, event_mode, actor_id, target_id, place_id, standing, date_start, date_end,
killed_low, killed_high, n_claims, n_voices
{% endset %}
with

present as (

    select {{ columns }} from {{ ref('fct_events') }}

),

last_known as (

    select {{ columns }} from {{ ref('fct_events_history') }}
    where known_to is null

),

missing_in_history as (

    select * from present
    except all
    select * from last_known

),

missing_in_present as (

    select * from last_known
    except all
    select * from present

)

select * from missing_in_history
union all
select * from missing_in_present
