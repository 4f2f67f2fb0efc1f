-- Pairs of mentions from different articles that can be one event, with the points for and against.
with

-- what is told without a date may also be looked back at
mentions as (

    select
        *,
        case when is_dated then date_low else date_low - {{ var('event_look_back_days') }}::integer end as date_from
    from {{ ref('int_event_mentions_grouped') }}

),

likened as (

    select * from {{ ref('int_articles_likened') }}

),

ancestors as (

    select * from {{ ref('int_place_ancestors') }}

),

places as (

    select * from {{ ref('int_places') }}

),

-- under which places a mention is looked up: its own, those around it, and, when its own is not on the map, those that the
-- rest of its article tells of
surroundings as (

    select
        ancestors.place_id,
        ancestors.ancestor_id,
        ancestors.distance
    from ancestors
    inner join places on ancestors.ancestor_id = places.place_id
    where places.kind <> 'country'

),

article_places as (

    select distinct
        article_id,
        place_id
    from mentions
    where place_level >= 1

),

lookups as (

    select
        mentions.mention_id,
        surroundings.ancestor_id as place_id,
        surroundings.distance = 0 as is_own,
        false as is_context
    from mentions
    inner join surroundings on mentions.place_id = surroundings.place_id
    where mentions.place_level >= 1
    union all
    select distinct
        mentions.mention_id,
        surroundings.ancestor_id as place_id,
        true as is_own,
        true as is_context
    from mentions
    inner join article_places on mentions.article_id = article_places.article_id
    inner join surroundings on article_places.place_id = surroundings.place_id
    inner join places on surroundings.ancestor_id = places.place_id
    where mentions.place_level <= 0 and {{ place_level('places.kind') }} >= 2

),

-- and under each month that it may have happened in
months as (

    select
        mention_id,
        event_type,
        unnest(
            generate_series(
                date_trunc('month', date_from - {{ var('event_tolerance_days') }})::timestamp,
                (date_high + {{ var('event_tolerance_days') }})::timestamp,
                interval 1 month
            )
        )::date as month
    from mentions

),

by_place as (

    select
        months.mention_id,
        months.event_type,
        months.month,
        lookups.place_id,
        lookups.is_own,
        lookups.is_context
    from months
    inner join lookups on months.mention_id = lookups.mention_id

),

by_toll as (

    select
        months.mention_id,
        months.event_type,
        months.month,
        mentions.place_level <= 0 as is_unlocated,
        unnest(mentions.tolls) as toll
    from months
    inner join mentions on months.mention_id = mentions.mention_id

),

word_counts as (

    select
        word,
        count(*) / (select count(*) from mentions) as share,
        -- in hundredths of a point, whole, so that sums do not depend on the order of their terms
        round(100 * ln((select count(*) from mentions) / count(*)) / {{ var('event_word_point') }})::bigint as points
    from (select unnest(words) as word from mentions) as mention_words
    group by word

),

telling_words as materialized (

    select
        mention_words.mention_id,
        word_counts.word,
        word_counts.share,
        word_counts.points
    from (select mention_id, unnest(words) as word from mentions) as mention_words
    inner join word_counts on mention_words.word = word_counts.word
    where word_counts.share <= {{ var('event_telling_word_share') }}

),

by_word as (

    select
        months.mention_id,
        months.event_type,
        months.month,
        telling_words.word
    from months
    inner join telling_words on months.mention_id = telling_words.mention_id
    where telling_words.share <= {{ var('event_rare_word_share') }}

),

candidates as (

    select
        one.mention_id as one_id,
        other.mention_id as other_id,
        max((one.is_context or other.is_context)::integer) as is_context
    from by_place as one
    inner join by_place as other
        on one.event_type = other.event_type and one.month = other.month and one.place_id = other.place_id
    where other.is_own and one.mention_id <> other.mention_id
    group by one.mention_id, other.mention_id
    union all
    select distinct
        one.mention_id as one_id,
        other.mention_id as other_id,
        0 as is_context
    from by_toll as one
    inner join by_toll as other
        on one.event_type = other.event_type and one.month = other.month and one.toll = other.toll
    where
        one.toll between {{ var('event_telling_toll') }} and {{ var('event_max_telling_toll') }}
        and one.is_unlocated
        and one.mention_id <> other.mention_id
    union all
    select distinct
        one.mention_id as one_id,
        other.mention_id as other_id,
        0 as is_context
    from by_word as one
    inner join by_word as other
        on one.event_type = other.event_type and one.month = other.month and one.word = other.word
    where one.mention_id < other.mention_id
    union all
    select
        one.mention_id as one_id,
        other.mention_id as other_id,
        0 as is_context
    from likened
    inner join mentions as one on likened.one_id = one.article_id
    inner join mentions as other on likened.other_id = other.article_id and one.event_type = other.event_type
    where one.place_level <= 0 or other.place_level <= 0
    union all
    -- an article that tells of two events keeps them apart
    select
        one.mention_id as one_id,
        other.mention_id as other_id,
        0 as is_context
    from mentions as one
    inner join mentions as other
        on one.article_id = other.article_id and one.event_type = other.event_type and one.mention_id < other.mention_id
    union all
    select
        one.mention_id as one_id,
        other.mention_id as other_id,
        0 as is_context
    from mentions as one
    inner join mentions as other
        on one.story_id = other.story_id and one.event_type = other.event_type and one.mention_id <> other.mention_id

),

ordered as (

    select
        least(one_id, other_id) as one_id,
        greatest(one_id, other_id) as other_id,
        max(is_context) = 1 as is_context
    from candidates
    group by all

),

kind_shares as (

    select
        event_type,
        event_mode,
        count(*) / sum(count(*)) over () as share
    from mentions
    group by event_type, event_mode

),

shared_words as (

    select
        ordered.one_id,
        ordered.other_id,
        sum(one.points) / 100 as points
    from ordered
    inner join telling_words as one on ordered.one_id = one.mention_id
    inner join telling_words as other on ordered.other_id = other.mention_id and one.word = other.word
    group by ordered.one_id, ordered.other_id

),

compared as (

    select
        one.mention_id as one_id,
        other.mention_id as other_id,
        coalesce(one.place_id = other.place_id, false) and one.place_level > 0 as is_same_place,
        coalesce(one.place_id = other.place_id, false) and one.place_level = 0 as is_same_name,
        ordered.is_context,
        coalesce(up.distance, down.distance) is not null as is_within,
        least(one.place_level, other.place_level) as place_level,
        one.place_level <= 0 or other.place_level <= 0 as is_unlocated,
        one.is_dated and other.is_dated and one.date_low = one.date_high and other.date_low = other.date_high as is_dated,
        greatest(one.date_low, other.date_low) - least(one.date_high, other.date_high) as days_apart,
        greatest(one.date_high - one.date_low, other.date_high - other.date_low) as days_wide,
        coalesce(one.event_mode = other.event_mode, false) as is_same_mode,
        kind_shares.share as kind_share,
        coalesce(one.actor_side_id = other.actor_side_id, false) as is_same_actor,
        coalesce(
            one.actor_side_id <> other.actor_side_id
            and not (one.actor_side_id = other.target_side_id and 'clash' in (one.event_mode, other.event_mode)), false
        ) as is_other_actor,
        coalesce(one.target_side_id = other.target_side_id, false) as is_same_target,
        coalesce(one.target_side_id <> other.target_side_id, false) as is_other_target,
        coalesce(list_max(list_intersect(one.tolls, other.tolls)), 0) as same_toll,
        coalesce({{ tolls_overlap('one.killed_low', 'one.killed_high', 'other.killed_low', 'other.killed_high') }}, false) as is_near_toll,
        coalesce(
            greatest(one.killed_low, other.killed_low)
            > {{ var('event_toll_ratio') }} * least(one.killed_high, other.killed_high), false
        ) as is_far_toll,
        not {{ modes_fit('one.event_mode', 'other.event_mode') }}
        or case
            when one.is_dated and other.is_dated
                then
                    greatest(one.date_low, other.date_low) - least(one.date_high, other.date_high)
                    > case
                        when one.is_date_stated and other.is_date_stated then {{ var('event_tolerance_days') }}
                        else {{ var('event_carried_tolerance_days') }}
                    end
            when one.is_dated or other.is_dated
                then
                    greatest(one.date_from, other.date_from) - least(one.date_high, other.date_high)
                    > {{ var('event_tolerance_days') }}
            else greatest(one.date_low, other.date_low) > least(one.date_high, other.date_high)
        end
        or coalesce(
            one.place_level >= 2
            and other.place_level >= 2
            and coalesce(up.distance, down.distance) is null
            and {{ kilometres_between('place_one', 'place_other') }} > {{ var('event_far_kilometres') }}, false
        )
        -- what an article keeps apart, its copies keep apart
        or (
            one.story_id = other.story_id
            and (
                (
                    one.place_level >= 1
                    and other.place_level >= 1
                    and one.place_id <> other.place_id
                    and coalesce(up.distance, down.distance) is null
                )
                or (
                    one.article_id = other.article_id
                    and greatest(one.date_low, other.date_low) > least(one.date_high, other.date_high)
                )
                or (len(one.tolls) > 0 and len(other.tolls) > 0 and not list_has_any(one.tolls, other.tolls))
            )
        ) as is_conflict,
        one.event_type not in ('ASSAULT', 'COERCE', 'SEIZE') as is_talk,
        not one.is_dated or not other.is_dated as is_undated,
        one.article_id = other.article_id as is_same_article,
        one.article_id <> other.article_id and one.story_id = other.story_id as is_same_story,
        coalesce(likened.similarity, 0) as similarity,
        coalesce(shared_words.points, 0) as shared_word_points
    from ordered
    inner join mentions as one on ordered.one_id = one.mention_id
    inner join mentions as other on ordered.other_id = other.mention_id
    left join likened
        on
            least(one.article_id, other.article_id) = likened.one_id
            and greatest(one.article_id, other.article_id) = likened.other_id
    left join kind_shares
        on one.event_type = kind_shares.event_type and one.event_mode = kind_shares.event_mode
    left join ancestors as up on one.place_id = up.place_id and other.place_id = up.ancestor_id and up.distance > 0
    left join ancestors as down on other.place_id = down.place_id and one.place_id = down.ancestor_id and down.distance > 0
    left join places as place_one on one.place_id = place_one.place_id
    left join places as place_other on other.place_id = place_other.place_id
    left join shared_words on ordered.one_id = shared_words.one_id and ordered.other_id = shared_words.other_id
),

pointed as (

    select
        *,
        case
            when is_same_place and place_level >= 3 then 4.5
            when is_same_place and place_level = 2 then 4.0
            when is_same_place then 2.5
            when is_within and place_level >= 2 then 3.5
            when is_within then 1.5
            when is_context or is_same_name then 1.0
            when is_unlocated then 0.0
            else -3.0
        end as place_points,
        case
            when is_dated and days_apart = 0 then 2.25
            when is_dated and days_apart <= {{ var('event_tolerance_days') }} then -0.5
            when days_apart <= 0 then 1.0
            when days_apart <= {{ var('event_tolerance_days') }} then 0.0
            else -0.5
        end as date_points,
        case when is_same_actor then 0.75 when is_other_actor then -1.5 else 0.0 end
        + case when is_same_target then 0.5 when is_other_target then -0.5 else 0.0 end as side_points,
        case
            when is_same_mode and kind_share <= {{ var('event_rare_kind_share') }} then 2.25
            when is_same_mode then 1.25
            else 0.0
        end
        + case when is_same_mode and is_unlocated and kind_share <= {{ var('event_rare_kind_share') }} then 1.0 else 0.0 end as mode_points,
        case
            when same_toll > {{ var('event_max_telling_toll') }} then 0.0
            when same_toll >= {{ var('event_exact_toll') }} and same_toll % 10 <> 0 then 4.0
            when same_toll >= {{ var('event_telling_toll') }} then 2.0
            when same_toll > 0 then 1.0
            when is_near_toll then 0.5
            when is_far_toll then -1.25
            else 0.0
        end as toll_points,
        case when is_same_story then 3.0 else 0.0 end as story_points,
        least(shared_word_points, {{ var('event_max_word_points') }}) as word_points,
        case
            when similarity >= 0.3 then 3.0
            when similarity >= 0.2 then 2.0
            when similarity >= 0.1 then 1.0
            else 0.0
        end as subject_points,
        -- the background of a war ("since March 2011 ..."), and what is said without day or place, is told by all and tells no event apart
        not is_same_story
        and (
            (
                is_unlocated
                and days_wide >= {{ var('event_background_days') }}
                and not (is_same_mode and kind_share <= {{ var('event_rare_kind_share') }})
                and same_toll not between {{ var('event_telling_toll') }} and {{ var('event_max_telling_toll') }}
            )
            or (
                is_talk
                and (is_undated or is_unlocated)
                and not (is_same_actor and is_same_target)
                and similarity < 0.2
            )
        ) as is_background
    from compared

),

summed as (

    select
        *,
        case
            when is_conflict then {{ var('event_conflict_points') }}
            when is_background then {{ var('event_background_points') }}
            else
                {{ var('event_prior_points') }} + place_points + date_points + side_points + mode_points + toll_points
                + story_points + word_points + subject_points
        end as score
    from pointed

)

select *
from summed
where not is_same_article or is_conflict
