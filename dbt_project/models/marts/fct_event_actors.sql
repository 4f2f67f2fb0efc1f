with

claims as (

    select * from {{ ref('int_event_claims_voiced') }}

),

parts as (

    select
        event_id,
        actor_id,
        'actor' as role,
        voice_id
    from claims
    where actor_id is not null
    union all
    select
        event_id,
        target_id as actor_id,
        'target' as role,
        voice_id
    from claims
    where target_id is not null

)

select
    {{ hash_id(["event_id", "actor_id", "role"]) }} as event_actor_id,
    event_id,
    actor_id,
    role,
    count(*) as n_claims,
    count(distinct voice_id) as n_voices
from parts
group by event_id, actor_id, role
