-- Every claim read from the latest version of an article is in its mart exactly once, and nothing else is.
with

landed as (

    select 'event' as claim_kind, event_claims.claim_id
    from {{ source('landing', 'event_claims') }} as event_claims
    inner join {{ ref('dim_articles') }} as articles on event_claims.version_id = articles.version_id
    union all
    select 'control' as claim_kind, control_claims.claim_id
    from {{ source('landing', 'control_claims') }} as control_claims
    inner join {{ ref('dim_articles') }} as articles on control_claims.version_id = articles.version_id

),

told as (

    select 'event' as claim_kind, claim_id from {{ ref('fct_event_claims') }}
    union all
    select 'control' as claim_kind, claim_id from {{ ref('fct_control_claims') }}

),

lost as (

    select * from landed
    except all
    select * from told

),

invented as (

    select * from told
    except all
    select * from landed

)

select
    'lost' as what,
    claim_kind,
    claim_id
from lost
union all
select
    'invented' as what,
    claim_kind,
    claim_id
from invented
