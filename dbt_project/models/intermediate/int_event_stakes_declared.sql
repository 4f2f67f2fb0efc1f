-- Who gains (+1) and who loses (-1) by an event being told: the rule behind `interest`. Violence against a force serves the
-- side that strikes and costs the side struck, which admits a loss. Violence against others (civilians, houses, nobody
-- named) costs the side that strikes, and serves its rivals, who accuse it. In a clash both sides are armed whoever is named.
with

violence as (

    select
        unnest(
            ['airstrike', 'shelling', 'bombing', 'kill', 'execute', 'abduct', 'chemical', 'attack', null]
        ) as event_mode

),

others (event_type, event_mode, actor_stake, target_stake, rival_stake) as (

    values
    ('ASSAULT', 'clash', 1, -1, 0),
    ('COERCE', 'seize', 1, -1, 0),
    ('COERCE', 'siege', 1, -1, 0),
    ('COERCE', 'arrest', 1, -1, 0),
    ('MOBILIZE', 'advance', 1, -1, 0),
    ('MOBILIZE', 'deploy', 1, 0, 0),
    ('RETREAT', 'withdraw', -1, 1, 1),
    ('RETREAT', 'surrender', -1, 1, 1)

)

select
    'ASSAULT' as event_type,
    event_mode,
    true as target_is_force,
    1 as actor_stake,
    -1 as target_stake,
    0 as rival_stake
from violence
union all
select
    'ASSAULT' as event_type,
    event_mode,
    false as target_is_force,
    -1 as actor_stake,
    1 as target_stake,
    1 as rival_stake
from violence
union all
select
    event_type,
    event_mode,
    unnest([true, false]) as target_is_force,
    actor_stake,
    target_stake,
    rival_stake
from others
