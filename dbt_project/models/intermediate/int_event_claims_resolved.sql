with

claims as (

    select * from {{ ref('stg_landing__event_claims') }}

),

articles as (

    select * from {{ ref('stg_landing__articles') }}

),

theatres as (

    select * from {{ ref('int_articles_placed_in_theatres') }}

),

actor_names as (

    select * from {{ ref('int_actor_names_resolved') }}

),

actors as (

    select * from {{ ref('int_actors') }}

),

sides as (

    select * from {{ ref('int_actor_sides') }}

),

place_names as (

    select * from {{ ref('int_place_names_resolved') }}

),

places as (

    select * from {{ ref('int_places') }}

),

outlets as (

    select * from {{ ref('int_sources_given_sides') }}

),

speaking_outlets as (

    select
        actor_id,
        min(source_id) as outlet_id
    from outlets
    where actor_id is not null and voice_actor_id is null
    group by actor_id

),

stakes as (

    select * from {{ ref('int_event_stakes_declared') }}

),

dated as (

    select
        claims.*,
        articles.outlet_id,
        theatres.theatre,
        articles.reported_day,
        coalesce(claims.event_date, articles.reported_day) as claim_day,
        {{ date_low('claims.event_date', 'claims.event_date_precision', 'articles.reported_day') }} as date_low,
        {{ date_high('claims.event_date', 'claims.event_date_precision', 'articles.reported_day') }} as date_high,
        articles.published_at,
        articles.fetched_at,
        coalesce(articles.published_at, articles.reported_date::timestamp, articles.fetched_at) as reported_at
    from claims
    inner join articles on claims.version_id = articles.version_id
    left join theatres on claims.article_id = theatres.article_id

),

other_names as (

    select
        listed.claim_id,
        list(distinct place_names.place_id order by place_names.place_id) as other_place_ids
    from {{ ref('int_claim_names_listed') }} as listed
    inner join place_names
        on listed.name_text = place_names.name_text and listed.theatre is not distinct from place_names.theatre
    where listed.slot = 'other_place' and place_names.place_id is not null
    group by listed.claim_id

),

named as (

    select
        dated.*,
        actor_names.actor_id as actor_id,
        actor_actors.name as actor_name,
        actor_actors.kind as actor_kind,
        coalesce(actor_sides.side_id, actor_names.actor_id) as actor_side_id,
        coalesce(actor_sides.voice_id, actor_names.actor_id) as actor_voice_id,
        target_names.actor_id as target_id,
        target_actors.name as target_name,
        target_actors.kind as target_kind,
        coalesce(target_sides.side_id, target_names.actor_id) as target_side_id,
        coalesce(target_sides.voice_id, target_names.actor_id) as target_voice_id,
        attributed_to_names.actor_id as attributed_to_id,
        coalesce(attributed_to_names.is_named, false) as speaker_is_named,
        attributed_to_actors.name as attributed_to_name,
        attributed_to_actors.kind as attributed_to_kind,
        coalesce(attributed_to_sides.side_id, attributed_to_names.actor_id) as attributed_to_side_id,
        coalesce(attributed_to_sides.voice_id, attributed_to_names.actor_id) as attributed_to_voice_id,
        place_names.place_id,
        places.name as place_name,
        places.kind as place_kind,
        places.country as place_country,
        coalesce(other_names.other_place_ids, []) as other_place_ids
    from dated
    left join actor_names as actor_names
        on
            trim(coalesce(dated.actor_antecedent, dated.actor_text)) = actor_names.name_text
            and dated.theatre is not distinct from actor_names.theatre
            and dated.claim_day = actor_names.claim_day
    left join actors as actor_actors on actor_names.actor_id = actor_actors.actor_id
    left join sides as actor_sides
        on
            actor_names.actor_id = actor_sides.actor_id
            and dated.theatre is not distinct from actor_sides.theatre
            and dated.claim_day >= actor_sides.valid_from
            and dated.claim_day < actor_sides.valid_to
    left join actor_names as target_names
        on
            trim(coalesce(dated.target_antecedent, dated.target_text)) = target_names.name_text
            and dated.theatre is not distinct from target_names.theatre
            and dated.claim_day = target_names.claim_day
    left join actors as target_actors on target_names.actor_id = target_actors.actor_id
    left join sides as target_sides
        on
            target_names.actor_id = target_sides.actor_id
            and dated.theatre is not distinct from target_sides.theatre
            and dated.claim_day >= target_sides.valid_from
            and dated.claim_day < target_sides.valid_to
    left join actor_names as attributed_to_names
        on
            trim(coalesce(dated.attributed_to_antecedent, dated.attributed_to_text)) = attributed_to_names.name_text
            and dated.theatre is not distinct from attributed_to_names.theatre
            and dated.claim_day = attributed_to_names.claim_day
    left join actors as attributed_to_actors on attributed_to_names.actor_id = attributed_to_actors.actor_id
    left join sides as attributed_to_sides
        on
            attributed_to_names.actor_id = attributed_to_sides.actor_id
            and dated.theatre is not distinct from attributed_to_sides.theatre
            and dated.claim_day >= attributed_to_sides.valid_from
            and dated.claim_day < attributed_to_sides.valid_to
    left join place_names
        on
            trim(coalesce(dated.place_antecedent, dated.place_text)) = place_names.name_text
            and dated.theatre is not distinct from place_names.theatre
    left join places on place_names.place_id = places.place_id
    left join other_names on dated.claim_id = other_names.claim_id

),

-- who vouches: the named speaker's organisation; else the outlet, which vouches for the nameless ("sources", "residents")
-- that it quotes, and speaks for the organisation it belongs to, if any. A speaker that is an outlet is the voice of its articles.
vouched as (

    select
        named.*,
        case
            when named.speaker_is_named then coalesce(speaking_outlets.outlet_id, named.attributed_to_voice_id)
            else coalesce(outlets.voice_actor_id, named.outlet_id)
        end as origin_id,
        case
            when named.speaker_is_named and speaking_outlets.outlet_id is null then 'actor'
            when not named.speaker_is_named and outlets.voice_actor_id is not null then 'actor'
            else 'outlet'
        end as origin_kind,
        case when named.speaker_is_named then named.attributed_to_side_id else outlets.side_id end as origin_side_id
    from named
    left join outlets
        on
            named.outlet_id = outlets.source_id
            and named.theatre is not distinct from outlets.theatre
            and named.claim_day >= outlets.valid_from
            and named.claim_day < outlets.valid_to
    left join speaking_outlets
        on named.attributed_to_id = speaking_outlets.actor_id

),

judged as (

    select
        vouched.*,
        coalesce(origin_actors.name, vouched.origin_id) as origin_name,
        {{ interest(
            'vouched.origin_side_id', "origin_sides.kind in ('side', 'armed', 'political')",
            'vouched.actor_side_id', 'vouched.target_side_id',
            'stakes.actor_stake', 'stakes.target_stake', 'stakes.rival_stake', 'vouched.modality'
        ) }} as interest
    from vouched
    left join actors as origin_actors on vouched.origin_id = origin_actors.actor_id
    left join actors as origin_sides on vouched.origin_side_id = origin_sides.actor_id
    left join stakes
        on
            vouched.event_type = stakes.event_type
            and (vouched.event_mode = stakes.event_mode or (stakes.event_mode is null and vouched.event_mode is null))
            and stakes.target_is_force = (coalesce(vouched.target_kind, 'none') in ('armed', 'state', 'side', 'political'))

)

select * from judged
