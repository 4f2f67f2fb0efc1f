with

events as (

    select * from {{ ref('fct_events') }} where standing <> 'denied'

),

event_actors as (

    select * from {{ ref('fct_event_actors') }}

),

event_types as (

    select
        event_type,
        any_value(replace(quad_class, ' ', '_')) as quad_class
    from {{ ref('stg_reference__event_types') }}
    group by event_type

),

parts as (

    select
        event_actors.actor_id,
        event_actors.role,
        events.event_id,
        events.date_start as date_day,
        event_types.quad_class,
        events.killed_low,
        events.killed_high
    from event_actors
    inner join events on event_actors.event_id = events.event_id
    left join event_types on events.event_type = event_types.event_type

)

select
    actor_id,
    date_day,
    {% for role in ['actor', 'target'] %}
        count(*) filter (where role = '{{ role }}') as n_events_as_{{ role }},
        {% for quad_class in ['verbal_cooperation', 'material_cooperation', 'verbal_conflict', 'material_conflict'] %}
            count(*) filter (where role = '{{ role }}' and quad_class = '{{ quad_class }}') as n_{{ quad_class }}_as_{{ role }},
        {% endfor %}
        coalesce(sum(killed_low) filter (where role = '{{ role }}'), 0)::bigint as killed_low_as_{{ role }},
        coalesce(sum(killed_high) filter (where role = '{{ role }}'), 0)::bigint as killed_high_as_{{ role }}
        {%- if not loop.last %},{% endif %}
    {% endfor %}
from parts
group by actor_id, date_day
