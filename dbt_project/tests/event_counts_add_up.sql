-- Counts add up from claims to events to actor days: no claim is lost on the way, none is counted twice.
with

claims as (

    select
        event_id,
        count(*) as n_claims,
        count(distinct article_id) as n_articles,
        count(*) filter (where modality not in ('actual', 'negated')) as n_unreal
    from {{ ref('fct_event_claims') }}
    where event_id is not null
    group by event_id

),

events as (

    select * from {{ ref('fct_events') }}

),

event_actors as (

    select
        event_actors.actor_id,
        events.date_start as date_day,
        count(*) filter (where event_actors.role = 'actor') as n_as_actor,
        count(*) filter (where event_actors.role = 'target') as n_as_target
    from {{ ref('fct_event_actors') }} as event_actors
    inner join events on event_actors.event_id = events.event_id
    where events.standing <> 'denied'
    group by event_actors.actor_id, events.date_start

),

actor_days as (

    select * from {{ ref('fct_actor_days') }}

)

select
    'claims of an event' as problem,
    coalesce(claims.event_id, events.event_id) as id
from claims
full outer join events on claims.event_id = events.event_id
where
    claims.n_claims is distinct from events.n_claims
    or claims.n_articles is distinct from events.n_articles
    or claims.n_unreal > 0
union all
select
    'claim without event' as problem,
    claim_id as id
from {{ ref('fct_event_claims') }}
where (modality in ('actual', 'negated')) <> (event_id is not null)
union all
select
    'events of an actor day' as problem,
    coalesce(event_actors.actor_id, actor_days.actor_id) as id
from event_actors
full outer join actor_days
    on event_actors.actor_id = actor_days.actor_id and event_actors.date_day = actor_days.date_day
where
    event_actors.n_as_actor is distinct from actor_days.n_events_as_actor
    or event_actors.n_as_target is distinct from actor_days.n_events_as_target
union all
select
    'quad classes of an actor day' as problem,
    actor_id as id
from actor_days
where
    n_events_as_actor
    <> n_verbal_cooperation_as_actor + n_material_cooperation_as_actor + n_verbal_conflict_as_actor + n_material_conflict_as_actor
    or n_events_as_target
    <> n_verbal_cooperation_as_target + n_material_cooperation_as_target + n_verbal_conflict_as_target + n_material_conflict_as_target
