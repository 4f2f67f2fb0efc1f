with

known_claims as (

    select * from {{ ref('int_event_claims_voiced') }}

),

learning_days as (

    select
        event_id,
        known_on as state_on,
        lead(known_on) over (partition by event_id order by known_on) as next_state_on
    from (
        select distinct
            event_id,
            known_on
        from known_claims
    ) as days

),

claims as (

    select
        known_claims.*,
        learning_days.state_on
    from known_claims
    inner join learning_days
        on known_claims.event_id = learning_days.event_id and known_claims.known_on <= learning_days.state_on

),

{{ event_rows('claims') }}

select
    {{ hash_id(["event_rows.event_id", "event_rows.state_on::varchar"]) }} as event_state_id,
    event_rows.event_id,
    event_rows.event_type,
    event_rows.event_mode,
    event_rows.actor_id,
    event_rows.target_id,
    event_rows.place_id,
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
    event_rows.last_reported_at,
    event_rows.state_on as known_from,
    learning_days.next_state_on as known_to
from event_rows
inner join learning_days
    on event_rows.event_id = learning_days.event_id and event_rows.state_on = learning_days.state_on
