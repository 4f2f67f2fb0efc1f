-- Two ways to find candidates, both linear in the number of articles: bands of two signature positions find rewrites that
-- share a third of their trigrams (compared only when reported in the same weeks, since house boilerplate collides too);
-- bands of eight find near-copies whenever they were printed. Candidates are then compared by their very trigrams.
{% set rounds = 6 %}
with

articles as (

    select
        article_id,
        text,
        text_digest,
        signature,
        reported_day
    from {{ ref('stg_landing__articles') }}

),

bands as (

    select
        articles.article_id,
        articles.reported_day,
        widths.width,
        band.no as band_no,
        hash(list_slice(articles.signature, band.no * widths.width + 1, (band.no + 1) * widths.width)) as bucket
    from articles
    cross join (values (2), (8)) as widths (width)
    cross join lateral (select unnest(range(len(articles.signature) // widths.width)) as no) as band
    where len(articles.signature) > 0

),

candidates as (

    select distinct
        one.article_id as one_id,
        other.article_id as other_id
    from bands as one
    inner join bands as other
        on
            one.width = other.width
            and one.band_no = other.band_no
            and one.bucket = other.bucket
            and one.article_id < other.article_id
    where one.width = 8 or abs(one.reported_day - other.reported_day) <= {{ var('story_window_days') }}
    union
    select
        one.article_id as one_id,
        other.article_id as other_id
    from articles as one
    inner join articles as other on one.text_digest = other.text_digest and one.article_id < other.article_id

),

compared_articles as (

    select one_id as article_id from candidates
    union
    select other_id as article_id from candidates

),

article_words as (

    select
        articles.article_id,
        regexp_extract_all(lower(articles.text), '[\p{L}\p{N}]+') as words
    from articles
    inner join compared_articles on articles.article_id = compared_articles.article_id

),

article_trigrams as (

    select
        article_id,
        list_distinct(
            list_transform(range(1, greatest(len(words) - 1, 2)), lambda i: hash(list_slice(words, i, i + 2)))
        ) as trigrams
    from article_words

),

compared as (

    select
        candidates.one_id,
        candidates.other_id,
        len(list_intersect(one.trigrams, other.trigrams))
        / least(len(one.trigrams), len(other.trigrams)) as share_of_shorter
    from candidates
    inner join article_trigrams as one on candidates.one_id = one.article_id
    inner join article_trigrams as other on candidates.other_id = other.article_id

),

links as (

    select
        one_id as from_id,
        other_id as to_id
    from compared
    where share_of_shorter >= {{ var('story_min_shared') }}
    union all
    select
        other_id as from_id,
        one_id as to_id
    from compared
    where share_of_shorter >= {{ var('story_min_shared') }}

),

{{ connected_components('articles', 'article_id', 'links', rounds) }}

select
    node_id as article_id,
    {{ hash_id(["'story'", 'component_id']) }} as story_id
from components
