-- Pairs of mentions from different articles that can be one event, with the points for and against.
with

mentions as (

    select * from {{ ref('int_event_mentions_grouped') }}

),

ancestors as (

    select * from {{ ref('int_place_ancestors') }}

),

places as (

    select * from {{ ref('int_places') }}

),

-- a place that nothing is known of but its name (no parent, no position) may lie anywhere
located as (

    select
        mentions.*,
        places.latitude,
        places.longitude,
        mentions.place_id is null or (places.is_discovered and places.parent_place_id is null) as is_unlocated
    from mentions
    left join places on mentions.place_id = places.place_id

),

-- a mention is looked up under its place and all places around it, and under each month that it may have happened in
months as (

    select
        mention_id,
        unnest(
            generate_series(
                date_trunc('month', date_low - {{ var('event_tolerance_days') }})::timestamp,
                (date_high + {{ var('event_tolerance_days') }})::timestamp,
                interval 1 month
            )
        )::date as month
    from located

),

by_place as (

    select
        located.mention_id,
        located.event_type,
        months.month,
        ancestors.ancestor_id,
        ancestors.distance
    from located
    inner join months on located.mention_id = months.mention_id
    inner join ancestors on located.place_id = ancestors.place_id

),

by_toll as (

    select
        located.mention_id,
        located.event_type,
        months.month,
        located.is_unlocated,
        unnest(located.tolls) as toll
    from located
    inner join months on located.mention_id = months.mention_id

),

candidates as (

    select
        one.mention_id as one_id,
        other.mention_id as other_id
    from by_place as one
    inner join by_place as other
        on one.event_type = other.event_type and one.month = other.month and one.ancestor_id = other.ancestor_id
    where other.distance = 0 and one.mention_id != other.mention_id
    union
    select
        one.mention_id as one_id,
        other.mention_id as other_id
    from by_toll as one
    inner join by_toll as other
        on one.event_type = other.event_type and one.month = other.month and one.toll = other.toll
    where one.toll >= {{ var('event_telling_toll') }} and one.is_unlocated and one.mention_id != other.mention_id
    union
    select
        one.mention_id as one_id,
        other.mention_id as other_id
    from located as one
    inner join located as other
        on one.story_id = other.story_id and one.event_type = other.event_type and one.mention_id != other.mention_id

),

ordered as (

    select distinct
        least(one_id, other_id) as one_id,
        greatest(one_id, other_id) as other_id
    from candidates

),

word_counts as (

    select
        word,
        count(*) as n_mentions
    from (select unnest(words) as word from mentions)
    group by word

),

rare_words as (

    select
        mentions.mention_id,
        list(word_counts.word) as words
    from (select mention_id, unnest(words) as word from mentions) as mentions
    inner join word_counts on mentions.word = word_counts.word
    where word_counts.n_mentions <= greatest({{ var('event_rare_word_share') }} * (select count(*) from mentions), 3)
    group by mentions.mention_id

),

compared as (

    select
        one.mention_id as one_id,
        other.mention_id as other_id,
        one.place_id = other.place_id as is_same_place,
        coalesce(up.distance, down.distance) is not null as is_within,
        least(one.place_level, other.place_level) as place_level,
        one.is_unlocated or other.is_unlocated as is_unlocated,
        one.is_dated and other.is_dated and one.date_low = one.date_high and other.date_low = other.date_high as is_dated,
        greatest(one.date_low, other.date_low) - least(one.date_high, other.date_high) as days_apart,
        greatest(one.date_high - one.date_low, other.date_high - other.date_low) as days_wide,
        coalesce(one.event_mode = other.event_mode, false) as is_same_mode,
        coalesce(one.actor_side_id = other.actor_side_id, false) as is_same_actor,
        coalesce(
            one.actor_side_id != other.actor_side_id
            and not (one.actor_side_id = other.target_side_id and 'clash' in (one.event_mode, other.event_mode)), false
        ) as is_other_actor,
        coalesce(one.target_side_id = other.target_side_id, false) as is_same_target,
        coalesce(one.target_side_id != other.target_side_id, false) as is_other_target,
        coalesce(list_max(list_intersect(one.tolls, other.tolls)), 0) as same_toll,
        coalesce({{ tolls_overlap('one.killed_low', 'one.killed_high', 'other.killed_low', 'other.killed_high') }}, false) as is_near_toll,
        coalesce(
            greatest(one.killed_low, other.killed_low)
            > {{ var('event_toll_ratio') }} * least(one.killed_high, other.killed_high), false
        ) as is_far_toll,
        one.story_id = other.story_id as is_same_story,
        coalesce(len(list_intersect(words_one.words, words_other.words)), 0) as n_rare_words
    from ordered
    inner join located as one on ordered.one_id = one.mention_id
    inner join located as other on ordered.other_id = other.mention_id
    left join ancestors as up on one.place_id = up.place_id and other.place_id = up.ancestor_id and up.distance > 0
    left join ancestors as down on other.place_id = down.place_id and one.place_id = down.ancestor_id and down.distance > 0
    left join rare_words as words_one on one.mention_id = words_one.mention_id
    left join rare_words as words_other on other.mention_id = words_other.mention_id
    where
        one.article_id != other.article_id
        and {{ modes_fit('one.event_mode', 'other.event_mode') }}
        and greatest(one.date_low, other.date_low) - least(one.date_high, other.date_high) <= {{ var('event_tolerance_days') }}

),

pointed as (

    select
        *,
        case
            when is_same_place and place_level >= 3 then 3.0
            when is_same_place and place_level = 2 then 2.5
            when is_same_place and place_level = 1 then 1.5
            when is_within and place_level >= 2 then 2.0
            when is_within and place_level = 1 then 1.0
            else 0.0
        end as place_points,
        case
            when is_dated and days_apart = 0 then 2.0
            when is_dated then -1.0
            when days_apart <= 0 and days_wide <= 7 then 1.0
            when days_apart <= 0 then 0.5
            else 0.0
        end as date_points,
        case when is_same_actor then 1.0 when is_other_actor then -2.0 else 0.0 end
        + case when is_same_target then 0.5 when is_other_target then -0.5 else 0.0 end as side_points,
        case when is_same_mode then 1.0 else 0.0 end as mode_points,
        case
            when same_toll >= {{ var('event_telling_toll') }} then 2.0
            when same_toll > 0 then 1.0
            when is_near_toll then 0.5
            when is_far_toll then -1.5
            else 0.0
        end as toll_points,
        case when is_same_story then 2.0 else 0.0 end as story_points,
        least(n_rare_words * 0.5, 2.5) as word_points
    from compared
    where is_same_place or is_within or is_unlocated

)

select
    *,
    place_points + date_points + side_points + mode_points + toll_points + story_points + word_points as score
from pointed
