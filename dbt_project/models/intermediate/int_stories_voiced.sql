-- Who vouches for which claim, counted so that one voice counts once: an outlet that carries a story of others speaks with the
-- voice of the outlet that carried it first.
with

stories as (

    select * from {{ ref('int_stories_grouped') }}

),

articles as (

    select * from {{ ref('stg_landing__articles') }}

),

story_outlets as (

    select
        stories.story_id,
        arg_min(articles.outlet_id, (articles.reported_day, articles.outlet_id)) as outlet_id
    from stories
    inner join articles on stories.article_id = articles.article_id
    group by stories.story_id

)

select
    stories.article_id,
    stories.story_id,
    story_outlets.outlet_id as story_outlet_id
from stories
inner join story_outlets on stories.story_id = story_outlets.story_id
