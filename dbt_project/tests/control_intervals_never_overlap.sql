-- Two holders, or two rows of one holder, never cover the same day of a place: neither now nor at any time of knowledge.
with

present as (

    select
        place_id,
        coalesce(valid_from, {{ first_day() }}) as low,
        coalesce(valid_to, {{ last_day_of_all() }}) as high,
        {{ first_day() }} as known_low,
        {{ last_day_of_all() }} as known_high
    from {{ ref('fct_territory_control') }}

),

history as (

    select
        place_id,
        coalesce(valid_from, {{ first_day() }}) as low,
        coalesce(valid_to, {{ last_day_of_all() }}) as high,
        known_from as known_low,
        coalesce(known_to, {{ last_day_of_all() }}) as known_high
    from {{ ref('fct_territory_control_history') }}

),

-- at each day on which the picture of a place changed, the rows valid by then must follow each other
pictures as (

    select distinct
        place_id,
        known_low as picture_on
    from history

),

shown as (

    select
        pictures.picture_on,
        history.place_id,
        history.low,
        history.high
    from pictures
    inner join history
        on
            pictures.place_id = history.place_id
            and pictures.picture_on >= history.known_low
            and pictures.picture_on < history.known_high
    union all
    select
        {{ last_day_of_all() }} as picture_on,
        place_id,
        low,
        high
    from present

),

followed as (

    select
        *,
        lead(low) over (partition by place_id, picture_on order by low, high) as next_low
    from shown

)

select *
from followed
where low >= high or next_low < high
