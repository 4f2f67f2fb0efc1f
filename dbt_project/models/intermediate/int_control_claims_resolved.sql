with

claims as (

    select * from {{ ref('stg_landing__control_claims') }}

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

    select * from {{ ref('int_control_stakes_declared') }}

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

named as (

    select
        dated.*,
        holder_names.actor_id as holder_id,
        holder_actors.name as holder_name,
        holder_actors.kind as holder_kind,
        coalesce(holder_sides.side_id, holder_names.actor_id) as holder_side_id,
        coalesce(holder_sides.voice_id, holder_names.actor_id) as holder_voice_id,
        from_names.actor_id as from_id,
        from_actors.name as from_name,
        from_actors.kind as from_kind,
        coalesce(from_sides.side_id, from_names.actor_id) as from_side_id,
        coalesce(from_sides.voice_id, from_names.actor_id) as from_voice_id,
        attributed_to_names.actor_id as attributed_to_id,
        coalesce(attributed_to_names.is_named, false) as speaker_is_named,
        attributed_to_actors.name as attributed_to_name,
        attributed_to_actors.kind as attributed_to_kind,
        coalesce(attributed_to_sides.side_id, attributed_to_names.actor_id) as attributed_to_side_id,
        coalesce(attributed_to_sides.voice_id, attributed_to_names.actor_id) as attributed_to_voice_id,
        place_names.place_id,
        places.name as place_name,
        places.kind as place_kind,
        places.country as place_country
    from dated
    left join actor_names as holder_names
        on
            trim(coalesce(dated.holder_antecedent, dated.holder_text)) = holder_names.name_text
            and dated.theatre is not distinct from holder_names.theatre
            and dated.claim_day = holder_names.claim_day
    left join actors as holder_actors on holder_names.actor_id = holder_actors.actor_id
    left join sides as holder_sides
        on
            holder_names.actor_id = holder_sides.actor_id
            and dated.theatre is not distinct from holder_sides.theatre
            and dated.claim_day >= holder_sides.valid_from
            and dated.claim_day < holder_sides.valid_to
    left join actor_names as from_names
        on
            trim(coalesce(dated.from_antecedent, dated.from_text)) = from_names.name_text
            and dated.theatre is not distinct from from_names.theatre
            and dated.claim_day = from_names.claim_day
    left join actors as from_actors on from_names.actor_id = from_actors.actor_id
    left join sides as from_sides
        on
            from_names.actor_id = from_sides.actor_id
            and dated.theatre is not distinct from from_sides.theatre
            and dated.claim_day >= from_sides.valid_from
            and dated.claim_day < from_sides.valid_to
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
            'vouched.holder_side_id', 'vouched.from_side_id',
            'stakes.holder_stake', 'stakes.from_stake', 'stakes.rival_stake', 'vouched.modality'
        ) }} as interest
    from vouched
    left join actors as origin_actors on vouched.origin_id = origin_actors.actor_id
    left join actors as origin_sides on vouched.origin_side_id = origin_sides.actor_id
    left join stakes on vouched.relation = stakes.relation

)

select * from judged
