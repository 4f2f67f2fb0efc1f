with

sentences as (

    select * from {{ source('landing', 'sentences') }}

),

articles as (

    select version_id from {{ ref('stg_landing__articles') }}

)

-- only what was read from the latest version of an article counts
select
    sentences.sentence_id,
    sentences.version_id,
    sentences.article_id,
    sentences.sentence_no,
    sentences.text,
    sentences.span_start,
    sentences.span_end
from sentences
inner join articles on sentences.version_id = articles.version_id
