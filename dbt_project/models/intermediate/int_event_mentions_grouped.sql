-- What one article says of one event, taken together: the most specific place, the narrowest dates, the plainest mode.
with

claims as (

    select
        grouped.mention_id,
        claims.*,
        claims.claim_id = grouped.mention_id as is_leader
    from {{ ref('int_event_claims_grouped') }} as grouped
    inner join {{ ref('int_event_claims_compared') }} as claims on grouped.claim_id = claims.claim_id

),

stories as (

    select * from {{ ref('int_stories_grouped') }}

),

-- the first six letters stand for the word, so that "bombed" and "bombing" are one
words as (

    select
        mention_id,
        list_distinct(
            list_transform(flatten(list(regexp_extract_all(lower(evidence), '[\p{L}\p{N}]{4,}'))), lambda word: left(word, 6))
        ) as words
    from claims
    group by mention_id

),

summed as (

    select
        mention_id,
        any_value(article_id) as article_id,
        any_value(event_type) as event_type,
        arg_min(
            event_mode, (event_mode in ('attack', 'kill'), not is_leader, sentence_no, claim_id)
        ) filter (where event_mode is not null) as event_mode,
        arg_min(actor_side_id, (not is_leader, sentence_no, claim_id)) filter (where actor_side_id is not null) as actor_side_id,
        arg_min(target_side_id, (not is_leader, sentence_no, claim_id)) filter (where target_side_id is not null) as target_side_id,
        arg_min(place_id, (-place_level, not is_leader, sentence_no, claim_id)) filter (where place_id is not null) as place_id,
        max(place_level) as place_level,
        arg_min(date_low, (not is_dated, not is_date_stated, date_high - date_low, not is_leader, sentence_no, claim_id)) as date_low,
        arg_min(date_high, (not is_dated, not is_date_stated, date_high - date_low, not is_leader, sentence_no, claim_id)) as date_high,
        bool_or(is_dated) as is_dated,
        bool_or(is_date_stated) as is_date_stated,
        min(killed_low) as killed_low,
        max(coalesce(killed_high, killed_low)) as killed_high,
        list(distinct killed_low) filter (where killed_low > 0) as tolls,
        any_value(reported_day) as reported_day,
        count(*) as n_claims
    from claims
    group by mention_id

)

select
    summed.mention_id,
    summed.article_id,
    stories.story_id,
    summed.event_type,
    summed.event_mode,
    summed.actor_side_id,
    summed.target_side_id,
    summed.place_id,
    summed.place_level,
    words.words,
    coalesce(summed.tolls, []) as tolls,
    summed.killed_low,
    summed.killed_high,
    summed.n_claims,
    summed.is_dated,
    summed.is_date_stated,
    summed.date_low,
    summed.date_high,
    summed.reported_day
from summed
inner join words on summed.mention_id = words.mention_id
inner join stories on summed.article_id = stories.article_id
