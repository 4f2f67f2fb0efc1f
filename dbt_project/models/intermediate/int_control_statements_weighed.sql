-- Control claims taken apart into single statements: who is said to hold, to have gained, to have lost, to contest a place.
-- A gain at somebody's expense is two statements, a denied loss is a holding. Planned and possible changes are no statements.
with

claims as (

    select
        claims.*,
        case when claims.origin_kind = 'outlet' then stories.story_outlet_id else claims.origin_id end as voice_id,
        {{ claim_weight('claims.interest', 'claims.is_doubted') }} as weight,
        greatest(claims.reported_at::date, claims.reported_day) as known_on,
        stories.story_id,
        -- what is told of a part of a place, or of the land around it, is not told of the place
        coalesce(
            claims.place_relation in ('near', 'outside', 'around', 'north_of', 'south_of', 'east_of', 'west_of')
            or (
                claims.place_kind not in ('neighbourhood', 'village', 'road', 'other')
                and {{ names_a_part('claims.place_text') }}
            ), false
        ) as is_part
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
            -- who takes a part of a place fights for the place
            when is_part then 'contests'
            when modality = 'negated' and relation = 'loses' then 'holds'
            when modality = 'negated' then 'denies'
            else relation
        end as statement,
        relation as claimed_relation,
        holder_id as actor_id,
        holder_voice_id as actor_voice_id,
        holder_side_id as actor_side_id,
        modality = 'negated' and relation = 'loses' and interest = 'self_serving' as is_denied_loss
    from claims
    where
        holder_id is not null
        and not (modality = 'negated' and relation in ('contests', 'besieges'))
        and not (is_part and (modality = 'negated' or relation in ('holds', 'loses')))

),

of_former_holder as (

    select
        claim_id,
        place_id,
        case when modality = 'negated' then 'holds' else 'loses' end as statement,
        relation as claimed_relation,
        from_id as actor_id,
        from_voice_id as actor_voice_id,
        from_side_id as actor_side_id,
        false as is_denied_loss
    from claims
    where relation = 'gains' and from_id is not null and from_id is distinct from holder_id and not is_part

),

statements as (

    select * from of_holder
    union
    select * from of_former_holder

),

-- Who can hold ground: an actor of the dictionaries, a name of forces ("12th Brigade"), or a name or a class of forces ("armed
-- men") that two stories tell of at the place, from the second one on. "They", "the killings" and "residents" hold nothing; nor do outlets,
-- companies, aid and world organisations.
told as (

    select
        place_id,
        actor_id,
        list_sort(list(known_on))[2] as known_on
    from (
        select
            statements.place_id,
            statements.actor_id,
            min(claims.known_on) as known_on
        from statements
        inner join claims on statements.claim_id = claims.claim_id
        group by statements.place_id, statements.actor_id, claims.story_id
    ) as stories_told
    group by place_id, actor_id

),

able as (

    select
        statements.*,
        actors.is_discovered,
        case
            when not actors.is_discovered or ({{ is_name_of_a_party('actors') }} and {{ names_forces('actors.name') }})
                then {{ first_day() }}
            when {{ is_name_of_a_party('actors') }} or {{ names_forces('actors.name') }} then told.known_on
        end as able_from
    from statements
    inner join actors on statements.actor_id = actors.actor_id
    inner join told on statements.place_id = told.place_id and statements.actor_id = told.actor_id
    where actors.is_discovered or actors.kind in ('armed', 'state', 'political', 'side', 'person')

)

select
    {{ hash_id(["able.claim_id", "able.statement", "able.actor_id"]) }} as statement_id,
    able.claim_id,
    able.place_id,
    able.statement,
    able.claimed_relation,
    able.is_denied_loss,
    able.actor_id,
    coalesce(able.actor_voice_id, able.actor_id) as actor_voice_id,
    coalesce(able.actor_side_id, able.actor_id) as actor_side_id,
    claims.article_id,
    claims.voice_id,
    claims.origin_side_id,
    claims.interest,
    claims.is_doubted,
    -- a name that no dictionary knows may be no party at all
    claims.weight * case when able.is_discovered then {{ var('weight_unknown_actor') }} else 1 end as weight,
    claims.event_date is not null as is_dated,
    case when claims.event_date is not null then coalesce(claims.event_date_precision, 'day') end as date_precision,
    case
        when claims.event_date is null or claims.date_low > claims.reported_day then claims.reported_day
        else claims.date_low
    end as date_low,
    least(greatest(claims.date_high, claims.date_low), claims.reported_day) as date_high,
    claims.reported_day,
    claims.reported_at,
    greatest(claims.known_on, able.able_from) as known_on
from able
inner join claims on able.claim_id = claims.claim_id
where able.able_from is not null
