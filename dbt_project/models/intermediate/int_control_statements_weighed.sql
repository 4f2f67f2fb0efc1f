-- Control claims taken apart into single statements: who is said to hold, to have gained, to have lost, to contest a place.
-- A gain at somebody's expense is two statements, a denied loss is a holding. Planned and possible changes are no statements.
with

claims as (

    select
        claims.*,
        case when claims.origin_kind = 'outlet' then stories.story_outlet_id else claims.origin_id end as voice_id,
        {{ claim_weight('claims.interest', 'claims.is_doubted') }} as weight
    from {{ ref('int_control_claims_resolved') }} as claims
    inner join {{ ref('int_stories_voiced') }} as stories on claims.article_id = stories.article_id
    -- words that name no place ("the area") say nothing of any place
    where claims.modality in ('actual', 'negated') and claims.place_id is not null

),

actors as (

    select * from {{ ref('int_actors') }}

),

of_holder as (

    select
        claim_id,
        place_id,
        case
            when relation in ('contests', 'besieges') then relation
            when modality = 'negated' and relation = 'loses' then 'holds'
            when modality = 'negated' then 'denies'
            else relation
        end as statement,
        relation as claimed_relation,
        holder_id as actor_id,
        holder_voice_id as actor_voice_id,
        holder_side_id as actor_side_id
    from claims
    where holder_id is not null and not (modality = 'negated' and relation in ('contests', 'besieges'))

),

of_former_holder as (

    select
        claim_id,
        place_id,
        case when modality = 'negated' then 'holds' else 'loses' end as statement,
        relation as claimed_relation,
        from_id as actor_id,
        from_voice_id as actor_voice_id,
        from_side_id as actor_side_id
    from claims
    where relation = 'gains' and from_id is not null and from_id is distinct from holder_id

),

statements as (

    select * from of_holder
    union
    select * from of_former_holder

)

select
    {{ hash_id(["statements.claim_id", "statements.statement", "statements.actor_id"]) }} as statement_id,
    statements.claim_id,
    statements.place_id,
    statements.statement,
    statements.claimed_relation,
    statements.actor_id,
    coalesce(statements.actor_voice_id, statements.actor_id) as actor_voice_id,
    coalesce(statements.actor_side_id, statements.actor_id) as actor_side_id,
    claims.article_id,
    claims.voice_id,
    claims.origin_side_id,
    claims.interest,
    claims.is_doubted,
    -- a name that no dictionary knows may be no party at all
    claims.weight * case when actors.is_discovered then {{ var('weight_unknown_actor') }} else 1 end as weight,
    claims.event_date is not null as is_dated,
    case when claims.event_date is not null then coalesce(claims.event_date_precision, 'day') end as date_precision,
    case
        when claims.event_date is null or claims.date_low > claims.reported_day then claims.reported_day
        else claims.date_low
    end as date_low,
    least(greatest(claims.date_high, claims.date_low), claims.reported_day) as date_high,
    claims.reported_day,
    claims.reported_at,
    greatest(claims.reported_at::date, claims.reported_day) as known_on
from statements
inner join claims on statements.claim_id = claims.claim_id
left join actors on statements.actor_id = actors.actor_id
-- outlets and aid organisations hold no ground
where coalesce(actors.kind, 'other') not in ('media', 'ngo')
