-- The places that somebody speaks of: control is carried to them from the region around. A map of every hamlet of the dictionary
-- would say nothing new.
select place_id
from {{ ref('int_control_claims_resolved') }}
where place_id is not null
union
select place_id
from {{ ref('int_event_claims_resolved') }}
where place_id is not null
