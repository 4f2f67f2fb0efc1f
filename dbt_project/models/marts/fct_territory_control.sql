with

intervals as (

    select * from {{ ref('int_control_intervals_merged') }}

),

actors as (

    select * from {{ ref('int_actors') }}

),

places as (

    select * from {{ ref('int_places') }}

)

select
    {{ hash_id(["'control'", "intervals.place_id", "intervals.valid_from::varchar"]) }} as interval_id,
    intervals.place_id,
    intervals.holder_id,
    intervals.holder_side_id,
    intervals.inherited_from_place_id,
    intervals.opening_claim_id,
    places.name as place_name,
    actors.name as holder_name,
    intervals.standing,
    intervals.valid_from_precision,
    intervals.contested_by,
    intervals.besieged_by,
    intervals.n_claims,
    intervals.n_voices,
    intervals.is_inherited,
    intervals.valid_from,
    intervals.valid_to,
    intervals.held_from,
    intervals.known_since,
    intervals.last_told_on,
    intervals.first_reported_at,
    intervals.last_reported_at
from intervals
inner join places on intervals.place_id = places.place_id
left join actors on intervals.holder_id = actors.actor_id
