with

articles as (

    select * from {{ ref('stg_landing__articles') }}

),

stories as (

    select * from {{ ref('int_stories_grouped') }}

),

theatres as (

    select * from {{ ref('int_articles_placed_in_theatres') }}

)

select
    articles.article_id,
    articles.version_id,
    articles.outlet_id as source_id,
    articles.source_id as collector_id,
    coalesce(stories.story_id, articles.article_id) as story_id,
    theatres.theatre,
    articles.url,
    articles.title,
    articles.author,
    articles.language,
    articles.text,
    articles.word_count,
    articles.dateline_date,
    articles.reported_date,
    articles.date_note,
    articles.published_precision,
    articles.warc_file,
    articles.warc_offset,
    articles.record_id,
    articles.batch_id,
    articles.published_at,
    articles.fetched_at
from articles
left join stories on articles.article_id = stories.article_id
left join theatres on articles.article_id = theatres.article_id
