with

claims as (

    select
        *,
        {{ last_day_of_all() }} as state_on
    from {{ ref('int_event_claims_voiced') }}

),

{{ event_rows('claims') }},

actors as (

    select * from {{ ref('int_actors') }}

),

places as (

    select * from {{ ref('int_places') }}

)

select
    event_rows.event_id,
    event_rows.event_type,
    event_rows.event_mode,
    event_rows.actor_id,
    event_rows.target_id,
    event_rows.place_id,
    actor.name as actor_name,
    target.name as target_name,
    places.name as place_name,
    event_rows.standing,
    event_rows.date_precision,
    event_rows.date_basis,
    event_rows.killed_low,
    event_rows.killed_high,
    event_rows.n_claims,
    event_rows.n_articles,
    event_rows.n_voices,
    event_rows.n_voices_against,
    event_rows.n_voices_rival,
    event_rows.is_toll_disputed,
    event_rows.date_start,
    event_rows.date_end,
    event_rows.first_reported_at,
    event_rows.last_reported_at
from event_rows
left join actors as actor on event_rows.actor_id = actor.actor_id
left join actors as target on event_rows.target_id = target.actor_id
left join places on event_rows.place_id = places.place_id
