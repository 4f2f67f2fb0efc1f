-- Who gains (+1) and who loses (-1) by a statement of control: the rule behind `interest`. A rival is a warring side that
-- is neither the holder nor the one it was taken from.
with

stakes (relation, holder_stake, from_stake, rival_stake) as (

    values
    ('gains', 1, -1, 0),
    ('holds', 1, -1, 0),
    ('loses', -1, 1, 1),
    ('contests', 1, -1, 0),
    ('besieges', 1, -1, 0)

)

select
    relation,
    holder_stake,
    from_stake,
    rival_stake
from stakes
