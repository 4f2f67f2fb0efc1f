-- Each article that was ever loaded is in dim_articles once, whatever the number of its versions.
select article_id
from {{ source('landing', 'articles') }}
group by article_id
having article_id not in (select article_id from {{ ref('dim_articles') }})
union all
select article_id
from {{ ref('dim_articles') }}
group by article_id
having count(*) > 1
