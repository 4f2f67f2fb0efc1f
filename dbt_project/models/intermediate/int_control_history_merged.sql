-- The same rules, applied once for each day on which something was learnt of a place, to what was known by then.
with

weighed as (

    select * from {{ ref('int_control_statements_weighed') }}

),

learning_days as (

    select distinct
        place_id,
        known_on as state_on
    from weighed

),

statements as (

    select
        weighed.*,
        learning_days.state_on
    from weighed
    inner join learning_days
        on weighed.place_id = learning_days.place_id and weighed.known_on <= learning_days.state_on

),

{{ control_intervals('statements') }},

told as materialized (select * from control_intervals),

{{ carry_to_places_within('told') }},

all_states as materialized (

    select
        *,
        null::varchar as inherited_from_place_id,
        false as is_inherited
    from told
    union all by name
    select
        *,
        true as is_inherited
    from carried

),

-- days on which the picture of a place can have changed, its own and those of the places around it
place_states as materialized (

    select
        place_id,
        state_on,
        row_number() over (partition by place_id order by state_on) as state_no,
        lead(state_on) over (partition by place_id order by state_on) as next_state_on
    from (
        select distinct
            place_id,
            state_on
        from (
            select
                place_id,
                state_on
            from learning_days
            union
            select
                place_id,
                state_on
            from child_states
        ) as days
    ) as distinct_days

),

-- a place learns from those around it on days of its own, too: its own picture of the day before then still stands
own_states as (

    select
        place_states.place_id,
        place_states.state_on,
        max(learning_days.state_on) as own_state_on
    from place_states
    inner join learning_days
        on place_states.place_id = learning_days.place_id and place_states.state_on >= learning_days.state_on
    group by place_states.place_id, place_states.state_on

),

pictures as (

    select
        own_states.state_on as picture_on,
        all_states.* exclude (state_on)
    from own_states
    inner join all_states on own_states.place_id = all_states.place_id and own_states.own_state_on = all_states.state_on
    where not all_states.is_inherited
    union all by name
    select
        all_states.state_on as picture_on,
        all_states.* exclude (state_on)
    from all_states
    where all_states.is_inherited

),

numbered as (

    select
        pictures.*,
        place_states.state_no,
        place_states.next_state_on,
        place_states.state_no - row_number() over (
            partition by
                pictures.place_id, pictures.valid_from, pictures.valid_to, pictures.holder_id, pictures.standing,
                pictures.contested_by, pictures.besieged_by, pictures.is_inherited, pictures.inherited_from_place_id,
                pictures.supporting_claim_ids, pictures.opposing_claim_ids, pictures.pressing_claim_ids,
                pictures.valid_from_precision
            order by place_states.state_no
        ) as island
    from pictures
    inner join place_states
        on pictures.place_id = place_states.place_id and pictures.picture_on = place_states.state_on

)

select
    place_id,
    any_value(holder_id) as holder_id,
    any_value(holder_side_id) as holder_side_id,
    valid_from,
    valid_from_precision,
    valid_to,
    any_value(held_from) as held_from,
    any_value(known_since) as known_since,
    any_value(last_told_on) as last_told_on,
    standing,
    contested_by,
    besieged_by,
    is_inherited,
    inherited_from_place_id,
    any_value(n_claims) as n_claims,
    any_value(n_voices) as n_voices,
    any_value(opening_claim_id) as opening_claim_id,
    any_value(first_reported_at) as first_reported_at,
    any_value(last_reported_at) as last_reported_at,
    min(picture_on) as known_from,
    case when bool_or(next_state_on is null) then null else max(next_state_on) end as known_to
from numbered
group by
    place_id, valid_from, valid_to, holder_id, standing, contested_by, besieged_by, is_inherited, inherited_from_place_id,
    supporting_claim_ids, opposing_claim_ids, pressing_claim_ids, valid_from_precision, island
