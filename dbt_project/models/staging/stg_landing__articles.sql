with

versions as (

    select * from {{ source('landing', 'articles') }}

)

select
    version_id,
    article_id,
    source_id,
    outlet_id,
    url,
    title,
    author,
    text,
    language,
    word_count,
    published_text,
    published_at,
    published_precision,
    dateline_text,
    dateline_date,
    reported_date,
    date_note,
    text_digest,
    signature,
    warc_file,
    warc_offset,
    record_id,
    batch_id,
    fetched_at,
    coalesce(reported_date, published_at::date, fetched_at::date) as reported_day
from versions
qualify row_number() over (partition by article_id order by fetched_at desc, version_id desc) = 1
