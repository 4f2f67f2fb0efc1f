-- Articles of the same days on the same subject: the cosine of the words of their headlines and openings, rare words weighing more.
with

articles as (

    select
        article_id,
        reported_day,
        regexp_extract_all(lower(concat_ws(' ', title, left(text, {{ var('subject_opening_chars') }}))), '[\p{L}\p{N}]{3,}') as words
    from {{ ref('stg_landing__articles') }}

),

article_words as (

    select
        article_id,
        reported_day,
        unnest(list_distinct(words)) as word
    from articles

),

word_weights as (

    select
        word,
        -- in whole thousandths, so that sums do not depend on the order of their terms
        round(1000 * ln((select count(*) from articles) / count(*)))::bigint as weight,
        count(*) / (select count(*) from articles) as share
    from article_words
    group by word

),

weighted as (

    select
        article_words.article_id,
        article_words.reported_day,
        article_words.word,
        word_weights.weight * word_weights.weight as square,
        word_weights.share
    from article_words
    inner join word_weights on article_words.word = word_weights.word

),

lengths as (

    select
        article_id,
        sum(square) as squares
    from weighted
    group by article_id

),

shared as (

    select
        one.article_id as one_id,
        other.article_id as other_id,
        sum(one.square) as squares
    from weighted as one
    inner join weighted as other
        on
            one.word = other.word
            and one.article_id < other.article_id
            and abs(one.reported_day - other.reported_day) <= {{ var('subject_window_days') }}
    where one.share <= {{ var('subject_common_word_share') }}
    group by one.article_id, other.article_id

)

select
    shared.one_id,
    shared.other_id,
    round(shared.squares / sqrt(one.squares::double * other.squares::double), 4) as similarity
from shared
inner join lengths as one on shared.one_id = one.article_id
inner join lengths as other on shared.other_id = other.article_id
where shared.squares >= {{ var('subject_min_similarity') }} * sqrt(one.squares::double * other.squares::double)
