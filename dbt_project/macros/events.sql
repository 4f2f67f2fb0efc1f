{# How specific a kind of place is: 0 says nothing about where in a theatre, 3 is a spot. Null for no place. #}
{% macro place_level(kind) -%}
    case
        when {{ kind }} is null then null
        when {{ kind }} = 'country' then 0
        when {{ kind }} in ('region', 'governorate') then 1
        when {{ kind }} in ('district', 'city') then 2
        else 3
    end
{%- endmacro %}

{#
  Whether two modes of one event type can be told of one event. `attack` and `kill` are what a reporter writes who does not
  say how; air strikes, shelling and gas come down in one bombardment.
#}
{% macro modes_fit(one, other) -%}
    (
        {{ one }} is null or {{ other }} is null or {{ one }} = {{ other }}
        or ({{ one }} in ('attack', 'kill') and {{ other }} not in ('abduct'))
        or ({{ other }} in ('attack', 'kill') and {{ one }} not in ('abduct'))
        or ({{ one }} in ('airstrike', 'shelling', 'chemical') and {{ other }} in ('airstrike', 'shelling', 'chemical'))
    )
{%- endmacro %}

{# Kilometres between two rows with latitude and longitude, on a plane: near enough for places of one theatre. #}
{% macro kilometres_between(one, other) -%}
    111.2 * sqrt(
        power({{ one }}.latitude - {{ other }}.latitude, 2)
        + power(cos(radians({{ one }}.latitude)) * ({{ one }}.longitude - {{ other }}.longitude), 2)
    )
{%- endmacro %}

{# Whether two tolls (low, high with null high = open) can be of one counting. #}
{% macro tolls_overlap(low_1, high_1, low_2, high_2) -%}
    (
        {{ low_1 }} <= coalesce({{ high_2 }}, 2 * {{ low_2 }}) and {{ low_2 }} <= coalesce({{ high_1 }}, 2 * {{ low_1 }})
    )
{%- endmacro %}

{#
  Whether a toll is one of a whole war or campaign: too high for one event, or high and told of a year or of all the time "since the
  conflict began".
#}
{% macro is_background_toll(claim) -%}
    (
        coalesce({{ claim }}.killed_high, {{ claim }}.killed_low) > {{ var('max_event_toll') }}
        or (
            {{ claim }}.killed_low > {{ var('max_wide_toll') }}
            and (
                coalesce({{ claim }}.event_date_precision, '') = 'year'
                or regexp_matches(
                    lower({{ claim }}.evidence),
                    '\bsince\b.{0,60}\b(?:war|conflict|uprising|revolution|crisis|revolt|began|begun|erupted|started|start|beginning|outbreak|(?:19|20)[0-9][0-9])\b'
                )
            )
        )
    )
{%- endmacro %}

{#
  From claims to events, as CTEs that end with `event_rows`. `claims`: event claims with `event_id`, `voice_id` and `state_on`, the
  knowledge day that the row is taken for; everything is worked out for each (event_id, state_on) apart, so that the present
  and the history follow one text.
#}
{% macro event_rows(claims) %}
event_voices as materialized (

    select
        event_id,
        state_on,
        voice_id,
        bool_or(modality = 'actual') as is_for,
        bool_or(modality = 'actual' and not is_doubted) as is_plainly_for,
        bool_or(modality = 'actual' and not is_doubted and interest <> 'self_serving') as is_unselfish,
        any_value(origin_side_id) as side_id,
        arg_max(killed_low, (reported_at, killed_low, claim_id))
            filter (where killed_low is not null and modality = 'actual' and is_background_toll is distinct from true) as killed_low,
        arg_max(coalesce(killed_high, -1), (reported_at, killed_low, claim_id))
            filter (where killed_low is not null and modality = 'actual' and is_background_toll is distinct from true) as killed_high
    from {{ claims }}
    group by event_id, state_on, voice_id

),

event_standings as (

    select
        event_id,
        state_on,
        count(*) as n_voices,
        count(*) filter (where not is_for) as n_voices_against,
        count(*) filter (where is_for) as n_any,
        count(distinct case when is_plainly_for then case when is_unselfish then voice_id else coalesce(side_id, voice_id) end end)
            as n_for,
        count(*) filter (where is_unselfish) as n_unselfish,
        min(killed_low) as killed_low,
        max(greatest(killed_high, killed_low)) as killed_high,
        coalesce(max(killed_low) > min(greatest(killed_high, killed_low)), false) as is_toll_disputed
    from event_voices
    group by event_id, state_on

),

event_actor_votes as (

    select
        event_id,
        state_on,
        role,
        actor_id,
        count(distinct voice_id) as n_voices,
        count(*) as n_claims,
        actor_id <> any_value(side_id) as is_specific
    from (
        select
            event_id,
            state_on,
            'actor' as role,
            actor_id,
            actor_side_id as side_id,
            voice_id
        from {{ claims }}
        where actor_id is not null
        union all
        select
            event_id,
            state_on,
            'target' as role,
            target_id as actor_id,
            target_side_id as side_id,
            voice_id
        from {{ claims }}
        where target_id is not null
    ) as parts
    group by event_id, state_on, role, actor_id

),

event_parties as (

    select
        event_id,
        state_on,
        arg_max(actor_id, (n_voices, n_claims, is_specific, actor_id)) filter (where role = 'actor') as actor_id,
        arg_max(actor_id, (n_voices, n_claims, is_specific, actor_id)) filter (where role = 'target') as target_id
    from event_actor_votes
    group by event_id, state_on

),

-- who did it: voices by the one side that each names. What both sides of a clash are said to do to each other is no rival account.
event_authors as (

    select
        event_id,
        state_on,
        actor_side_id,
        count(*) as n_voices,
        bool_or(is_clash) as is_clash
    from (
        select
            event_id,
            state_on,
            voice_id,
            any_value(actor_side_id) as actor_side_id,
            bool_or(event_mode = 'clash') as is_clash
        from {{ claims }}
        where
            modality = 'actual'
            and not is_doubted
            and event_type in ('ASSAULT', 'COERCE')
            and actor_kind in ('armed', 'state', 'political', 'side')
        group by event_id, state_on, voice_id
        having count(distinct actor_side_id) = 1
    ) as accounts
    group by event_id, state_on, actor_side_id

),

event_victims as (

    select distinct
        event_id,
        state_on,
        target_side_id
    from {{ claims }}
    where target_side_id is not null

),

event_rivals as (

    select
        authors.event_id,
        authors.state_on,
        sum(rivals.n_voices) as n_voices
    from (
        select
            event_id,
            state_on,
            arg_max(actor_side_id, (n_voices, actor_side_id)) as actor_side_id,
            max(n_voices) as n_voices
        from event_authors
        group by event_id, state_on
        having not bool_or(is_clash)
    ) as authors
    inner join event_authors as rivals
        on
            authors.event_id = rivals.event_id
            and authors.state_on = rivals.state_on
            and authors.actor_side_id <> rivals.actor_side_id
            and rivals.n_voices >= {{ var('event_rival_ratio') }} * authors.n_voices
    where
        (authors.event_id, authors.state_on, authors.actor_side_id) not in (select (event_id, state_on, target_side_id) from event_victims)
        and (rivals.event_id, rivals.state_on, rivals.actor_side_id) not in (select (event_id, state_on, target_side_id) from event_victims)
    group by authors.event_id, authors.state_on

),

event_places as (

    select
        event_id,
        state_on,
        arg_max(place_id, (place_level, n_voices, n_claims, place_id)) as place_id
    from (
        select
            event_id,
            state_on,
            place_id,
            any_value({{ place_level('place_kind') }}) as place_level,
            count(distinct voice_id) as n_voices,
            count(*) as n_claims
        from {{ claims }}
        where place_id is not null
        group by event_id, state_on, place_id
    ) as counted
    group by event_id, state_on

),

event_modes as (

    select
        event_id,
        state_on,
        arg_max(event_mode, (event_mode not in ('attack', 'kill'), n_voices, n_claims, event_mode)) as event_mode
    from (
        select
            event_id,
            state_on,
            event_mode,
            count(distinct voice_id) as n_voices,
            count(*) as n_claims
        from {{ claims }}
        where event_mode is not null
        group by event_id, state_on, event_mode
    ) as counted
    group by event_id, state_on

),

-- the narrowest stated date that most voices give
event_dates as (

    select
        event_id,
        state_on,
        arg_min(date_low, (width, -n_voices, -n_claims, date_low)) as date_start,
        arg_min(date_high, (width, -n_voices, -n_claims, date_low)) as date_end,
        arg_min(event_date_precision, (width, -n_voices, -n_claims, date_low)) as date_precision
    from (
        select
            event_id,
            state_on,
            date_low,
            date_high,
            coalesce(event_date_precision, 'day') as event_date_precision,
            date_high - date_low as width,
            count(distinct voice_id) as n_voices,
            count(*) as n_claims
        from {{ claims }}
        where event_date is not null
        group by event_id, state_on, date_low, date_high, event_date_precision
    ) as counted
    group by event_id, state_on

),

event_totals as (

    select
        event_id,
        state_on,
        any_value(event_type) as event_type,
        count(*) as n_claims,
        count(distinct article_id) as n_articles,
        min(reported_day) as first_reported_day,
        min(reported_at) as first_reported_at,
        max(reported_at) as last_reported_at
    from {{ claims }}
    group by event_id, state_on

),

event_rows as (

    select
        event_totals.event_id,
        event_totals.state_on,
        event_totals.event_type,
        event_modes.event_mode,
        event_parties.actor_id,
        event_parties.target_id,
        event_places.place_id,
        {{ standing(
            'event_standings.n_any', 'event_standings.n_for', 'event_standings.n_unselfish',
            'event_standings.n_voices_against + coalesce(event_rivals.n_voices, 0)'
        ) }} as standing,
        event_dates.date_precision,
        case when event_dates.event_id is null then 'published' else 'stated' end as date_basis,
        event_standings.killed_low,
        event_standings.killed_high,
        event_standings.is_toll_disputed,
        event_totals.n_claims,
        event_totals.n_articles,
        event_standings.n_voices,
        event_standings.n_voices_against,
        coalesce(event_rivals.n_voices, 0)::bigint as n_voices_rival,
        coalesce(event_dates.date_start, event_totals.first_reported_day) as date_start,
        coalesce(event_dates.date_end, event_totals.first_reported_day) as date_end,
        event_totals.first_reported_at,
        event_totals.last_reported_at
    from event_totals
    inner join event_standings
        on event_totals.event_id = event_standings.event_id and event_totals.state_on = event_standings.state_on
    left join event_rivals
        on event_totals.event_id = event_rivals.event_id and event_totals.state_on = event_rivals.state_on
    left join event_parties
        on event_totals.event_id = event_parties.event_id and event_totals.state_on = event_parties.state_on
    left join event_places
        on event_totals.event_id = event_places.event_id and event_totals.state_on = event_places.state_on
    left join event_modes
        on event_totals.event_id = event_modes.event_id and event_totals.state_on = event_modes.state_on
    left join event_dates
        on event_totals.event_id = event_dates.event_id and event_totals.state_on = event_dates.state_on

)
{% endmacro %}
