with

mentions as (

    select * from {{ source('landing', 'mentions') }}

),

articles as (

    select version_id from {{ ref('stg_landing__articles') }}

)

-- only what was read from the latest version of an article counts
select
    mentions.mention_id,
    mentions.version_id,
    mentions.article_id,
    mentions.sentence_no,
    mentions.mention_text,
    mentions.antecedent,
    mentions.kind,
    mentions.span_start,
    mentions.span_end
from mentions
inner join articles on mentions.version_id = articles.version_id
