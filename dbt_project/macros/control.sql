{#
  From statements to intervals, as CTEs that end with `control_intervals`. docs/control.md tells the
  rules in words, with worked examples; the numbers are dbt vars.

  `statements`: rows of int_control_statements_weighed with `state_on`, the knowledge day that the row is taken for. Everything
  is worked out for each (place_id, state_on) apart, so that the present (one state) and the history (one state for each day
  on which something was learnt) follow one text.
#}
{% macro control_intervals(statements) %}
-- 1. When. A change dated to the day lies on that day; one dated roughly, or not at all, joins the same change told with a day.
day_changes as materialized (

    select distinct
        place_id,
        state_on,
        actor_side_id,
        date_low as day
    from {{ statements }}
    where statement = 'gains' and date_precision = 'day'

),

day_positions as materialized (

    select distinct
        place_id,
        state_on,
        actor_side_id,
        case when is_dated then date_low else reported_day end as day
    from {{ statements }}
    where
        (statement = 'gains' and date_precision = 'day')
        or (statement = 'holds' and (date_precision = 'day' or not is_dated))

),

windows as (

    select
        *,
        case
            when not is_dated then reported_day - {{ var('control_snap_days') }}::integer
            else date_low
        end as window_low
    from {{ statements }}

),

own_changes as materialized (

    select
        windows.state_on,
        windows.statement_id,
        max(day_changes.day) as day
    from windows
    inner join day_changes
        on
            windows.place_id = day_changes.place_id
            and windows.state_on = day_changes.state_on
            and day_changes.day between windows.window_low and windows.date_high
            and case
                when windows.statement in ('gains', 'denies') then windows.actor_side_id = day_changes.actor_side_id
                when windows.statement = 'loses' then windows.actor_side_id <> day_changes.actor_side_id
                else false
            end
    where windows.date_precision is distinct from 'day'
    group by windows.state_on, windows.statement_id

),

rival_positions as materialized (

    select distinct
        windows.state_on,
        windows.statement_id
    from windows
    inner join day_positions
        on
            windows.place_id = day_positions.place_id
            and windows.state_on = day_positions.state_on
            and windows.actor_side_id <> day_positions.actor_side_id
            and day_positions.day > windows.date_low
            and day_positions.day <= windows.date_high
    where windows.is_dated and windows.date_precision <> 'day' and windows.statement in ('gains', 'holds')

),

dayed as materialized (

    select
        windows.* exclude (window_low),
        case
            when windows.date_precision = 'day' then windows.date_low
            when own_changes.day is not null then own_changes.day
            when not windows.is_dated then windows.reported_day
            when rival_positions.statement_id is not null then windows.date_high
            else windows.date_low
        end as day
    from windows
    left join own_changes on windows.state_on = own_changes.state_on and windows.statement_id = own_changes.statement_id
    left join rival_positions
        on windows.state_on = rival_positions.state_on and windows.statement_id = rival_positions.statement_id

),

-- 2. How strongly, for each side and day: each voice counts once, with its weightiest statement; a change outweighs a state.
voiced as (

    select
        place_id,
        state_on,
        day,
        actor_side_id,
        voice_id,
        coalesce(max(weight) filter (where statement = 'gains'), 0) as gain_weight,
        -- who denies that it lost the place speaks of a change, and weighs like one
        coalesce(
            max(weight * case when is_denied_loss then 1 else {{ var('control_hold_factor') }} end)
                filter (where statement = 'holds'), 0
        ) as hold_weight,
        coalesce(max(weight) filter (where is_denied_loss), 0) as denied_loss_weight,
        coalesce(max(weight) filter (where statement = 'loses'), 0) as loss_weight,
        coalesce(max(weight) filter (where statement = 'denies'), 0) as denial_weight
    from dayed
    where statement in ('gains', 'holds', 'loses', 'denies')
    group by place_id, state_on, day, actor_side_id, voice_id

),

strengths as materialized (

    select
        place_id,
        state_on,
        day,
        actor_side_id,
        sum(gain_weight) as gain_weight,
        sum(case when gain_weight > 0 then 0 else hold_weight end) as hold_weight,
        sum(denied_loss_weight) as denied_loss_weight,
        sum(loss_weight) as loss_weight,
        sum(denial_weight) as denial_weight
    from voiced
    group by place_id, state_on, day, actor_side_id

),

-- 3. The verdict of each day on its own: the strongest gain that is not outweighed by its denials and is more than a rumour; else
-- the strongest holder (on a day of change what the others held is the state before it); else a loss.
ranked as (

    select
        *,
        gain_weight - denial_weight as net_gain,
        gain_weight + hold_weight - denial_weight as net,
        bool_or(net_gain >= {{ var('control_min_change_weight') }}) over (partition by place_id, state_on, day) as is_change_day,
        case
            when net_gain >= {{ var('control_min_change_weight') }} then 'gain'
            when gain_weight > 0 then 'refuted'
            when net > 0 and hold_weight > 0 and loss_weight < hold_weight then 'hold'
            when loss_weight > 0 and loss_weight >= hold_weight then 'lost'
        end as kind
    from strengths

),

eligible as (

    select
        *,
        row_number() over (
            partition by place_id, state_on, day
            order by kind = 'gain' desc, kind = 'hold' desc, case when kind = 'lost' then loss_weight else net end desc, actor_side_id
        ) as place_in_day,
        bool_and(kind = 'lost') over (partition by place_id, state_on, day) as is_loss_day
    from ranked
    where kind is not null and kind <> 'refuted' and not (is_change_day and kind <> 'gain')

),

deniers as (

    select
        place_id,
        state_on,
        day,
        arg_max(actor_side_id, (denied_loss_weight, actor_side_id)) as actor_side_id,
        max(denied_loss_weight) as weight
    from strengths
    where denied_loss_weight > 0
    group by place_id, state_on, day

),

verdicts as materialized (

    select
        best.place_id,
        best.state_on,
        best.day,
        best.kind,
        best.actor_side_id as side_id,
        best.net as strength,
        best.place_in_day,
        best.denied_loss_weight,
        coalesce(second.actor_side_id, deniers.actor_side_id) as rival_side_id,
        coalesce(
            second.net >= {{ var('control_dispute_ratio') }} * best.net
            or best.denial_weight >= {{ var('control_dispute_ratio') }} * best.gain_weight and best.denial_weight > 0
            or deniers.weight >= {{ var('control_dispute_ratio') }} * best.gain_weight and best.kind = 'gain'
            or best.denied_loss_weight >= {{ var('control_dispute_ratio') }} * best.loss_weight and best.denied_loss_weight > 0, false
        ) as is_disputed
    from eligible as best
    -- on a day of change: who says not to have lost the place
    left join deniers
        on
            best.place_id = deniers.place_id
            and best.state_on = deniers.state_on
            and best.day = deniers.day
            and best.actor_side_id <> deniers.actor_side_id
            and best.kind = 'gain'
    left join eligible as second
        on
            best.place_id = second.place_id
            and best.state_on = second.state_on
            and best.day = second.day
            and second.place_in_day = 2
            and second.kind = best.kind
            and best.kind <> 'lost'
    -- of several that lost the place on one day, it is asked of each whether it held it
    where best.place_in_day = 1 or best.kind = 'lost' and best.is_loss_day

),

-- 4. In order. Shortly after a change a report that the former holder "holds" is old news, unless it is as strong as the change.
after_changes as (

    select
        *,
        last_value(case when kind = 'gain' then side_id end ignore nulls) over before as change_side_id,
        last_value(case when kind = 'gain' then day end ignore nulls) over before as change_day,
        last_value(case when kind = 'gain' then strength end ignore nulls) over before as change_strength
    from verdicts
    window before as (
        partition by place_id, state_on
        order by day, place_in_day
        rows between unbounded preceding and 1 preceding
    )

),

judged as (

    select
        *,
        coalesce(
            kind = 'hold'
            and side_id <> change_side_id
            and day - change_day <= {{ var('control_stale_days') }}
            and strength < change_strength, false
        ) as is_stale
    from after_changes

),

after_holders as (

    select
        *,
        last_value(case when kind <> 'lost' then side_id end ignore nulls) over before as former_side_id
    from judged
    where not is_stale
    window before as (
        partition by place_id, state_on
        order by day, place_in_day
        rows between unbounded preceding and 1 preceding
    )

),

-- a loss counts when the loser was the last known holder, or when no holder was known
turns as materialized (

    select
        place_id,
        state_on,
        day,
        kind,
        case when kind <> 'lost' then side_id end as side_id,
        side_id as spoken_side_id,
        is_disputed,
        rival_side_id,
        former_side_id is null as is_first
    from after_holders
    where kind <> 'lost' or former_side_id is null or former_side_id = side_id
    qualify row_number() over (partition by place_id, state_on, day order by place_in_day) = 1

),

-- 5. Holdings: runs of turns with one side. What stood before the first turn is told by who lost the place then.
marked as (

    select
        *,
        row_number() over in_order = 1
        or coalesce(side_id, '') <> coalesce(lag(side_id) over in_order, '') as is_start
    from turns
    window in_order as (
        partition by place_id, state_on
        order by day
    )

),

starts as materialized (

    select
        place_id,
        state_on,
        day,
        kind,
        side_id,
        spoken_side_id,
        is_first and row_number() over (partition by place_id, state_on order by day) = 1 as is_first,
        coalesce(lead(day) over (partition by place_id, state_on order by day), {{ last_day_of_all() }}) as next_day
    from marked
    where is_start

),

-- who lost the place when it first changed hands, or said so soon after, had held it before
earlier_holders as (

    select
        starts.place_id,
        starts.state_on,
        starts.day as ends_on,
        arg_max(strengths.actor_side_id, (strengths.loss_weight, -(strengths.day - starts.day), strengths.actor_side_id)) as side_id
    from starts
    inner join strengths
        on
            starts.place_id = strengths.place_id
            and starts.state_on = strengths.state_on
            and strengths.day between starts.day and starts.day + {{ var('control_snap_days') }}::integer
            and strengths.day < starts.next_day
            and strengths.loss_weight > 0
            and strengths.actor_side_id is distinct from starts.side_id
    where
        starts.is_first
        and (starts.kind in ('gain', 'hold') or starts.kind = 'lost' and starts.spoken_side_id = strengths.actor_side_id)
    group by starts.place_id, starts.state_on, starts.day

),

-- who loses a place that nobody was known to hold since another left it, had held it since then, one after the other
later_losses as (

    select
        starts.place_id,
        starts.state_on,
        starts.day as left_on,
        starts.next_day,
        strengths.day,
        arg_max(strengths.actor_side_id, (strengths.loss_weight, strengths.actor_side_id)) as side_id,
        lag(arg_max(strengths.actor_side_id, (strengths.loss_weight, strengths.actor_side_id)), 1, starts.spoken_side_id) over (
            partition by starts.place_id, starts.state_on, starts.day
            order by strengths.day
        ) as former_side_id
    from starts
    inner join strengths
        on
            starts.place_id = strengths.place_id
            and starts.state_on = strengths.state_on
            and strengths.day > starts.day
            and strengths.day <= starts.next_day
            and strengths.loss_weight > 0
    left join starts as next_starts
        on
            starts.place_id = next_starts.place_id
            and starts.state_on = next_starts.state_on
            and starts.next_day = next_starts.day
    where
        starts.kind = 'lost'
        and (strengths.day < starts.next_day or strengths.actor_side_id is distinct from next_starts.side_id)
    group by starts.place_id, starts.state_on, starts.day, starts.next_day, starts.spoken_side_id, strengths.day

),

revealed_holders as (

    select
        place_id,
        state_on,
        lag(day, 1, left_on) over in_order as starts_on,
        day as ends_on,
        lead(day) over in_order is null and day < next_day as is_left,
        side_id
    from later_losses
    where side_id <> former_side_id
    window in_order as (
        partition by place_id, state_on, left_on
        order by day
    )

),

first_contests as (

    select
        dayed.place_id,
        dayed.state_on,
        min(dayed.day) as day
    from dayed
    left join starts on dayed.place_id = starts.place_id and dayed.state_on = starts.state_on and starts.is_first
    left join earlier_holders
        on dayed.place_id = earlier_holders.place_id and dayed.state_on = earlier_holders.state_on
    where
        dayed.statement in ('contests', 'besieges')
        and earlier_holders.place_id is null
        and (
            starts.place_id is null
            or (starts.kind = 'gain' and dayed.day < starts.day)
            or (starts.kind = 'hold' and dayed.day < starts.day - {{ var('control_look_back_days') }})
        )
    group by dayed.place_id, dayed.state_on

),

holding_starts as (

    -- the first known holder is taken to have held the place before, unless fighting for it was told of long before
    select
        starts.place_id,
        starts.state_on,
        case
            when starts.is_first and starts.kind = 'hold' and first_contests.place_id is null and earlier_holders.place_id is null
                then {{ first_day() }}
            else starts.day
        end as starts_on,
        starts.day as known_day,
        starts.kind,
        starts.side_id,
        starts.spoken_side_id
    from starts
    left join first_contests on starts.place_id = first_contests.place_id and starts.state_on = first_contests.state_on
    left join earlier_holders on starts.place_id = earlier_holders.place_id and starts.state_on = earlier_holders.state_on
    left join revealed_holders
        on
            starts.place_id = revealed_holders.place_id
            and starts.state_on = revealed_holders.state_on
            and starts.day = revealed_holders.starts_on
    where revealed_holders.place_id is null
    union all
    select
        place_id,
        state_on,
        starts_on,
        starts_on as known_day,
        'before' as kind,
        side_id,
        side_id as spoken_side_id
    from revealed_holders
    union all
    select
        place_id,
        state_on,
        ends_on as starts_on,
        ends_on as known_day,
        'lost' as kind,
        null as side_id,
        side_id as spoken_side_id
    from revealed_holders
    where is_left
    union all
    select
        place_id,
        state_on,
        {{ first_day() }} as starts_on,
        ends_on as known_day,
        'before' as kind,
        side_id,
        side_id as spoken_side_id
    from earlier_holders
    union all
    select
        place_id,
        state_on,
        day as starts_on,
        day as known_day,
        'contest' as kind,
        null as side_id,
        null as spoken_side_id
    from first_contests

),

holdings as materialized (

    select
        *,
        coalesce(
            lead(starts_on) over (partition by place_id, state_on order by starts_on, known_day), {{ last_day_of_all() }}
        ) as ends_on
    from holding_starts
    qualify starts_on < ends_on

),

-- 6. Phases within a holding: contested for some days after each report of fighting for it, besieged until the siege is not
-- told any more, disputed until a later undisputed report of the holder.
phase_reports as (

    select
        place_id,
        state_on,
        statement as phase,
        actor_side_id,
        actor_id,
        day,
        day + case statement
            when 'contests' then {{ var('control_contest_days') }}
            else {{ var('control_siege_days') }}
        end::integer as ends_on
    from dayed
    where statement in ('contests', 'besieges')

),

settled as (

    select
        place_id,
        state_on,
        day,
        side_id
    from turns
    where not is_disputed

),

disputes as (

    select
        place_id,
        state_on,
        day,
        rival_side_id as actor_side_id
    from turns
    where is_disputed
    union
    -- a change that its denials outweigh leaves the former holder, in dispute
    select
        place_id,
        state_on,
        day,
        actor_side_id
    from ranked
    where kind = 'refuted'
    union
    select
        place_id,
        state_on,
        day,
        side_id as actor_side_id
    from judged
    where
        is_stale
        and (
            strength > {{ var('control_dispute_ratio') }} * change_strength
            or denied_loss_weight >= {{ var('control_dispute_ratio') }} * change_strength
        )

),

dispute_reports as (

    select
        disputes.place_id,
        disputes.state_on,
        'disputes' as phase,
        disputes.actor_side_id,
        disputes.actor_side_id as actor_id,
        disputes.day,
        coalesce(min(settled.day), {{ last_day_of_all() }}) as ends_on
    from disputes
    left join settled
        on
            disputes.place_id = settled.place_id
            and disputes.state_on = settled.state_on
            and disputes.day < settled.day
    group by disputes.place_id, disputes.state_on, disputes.actor_side_id, disputes.day

),

phases as materialized (

    select
        reports.place_id,
        reports.state_on,
        reports.phase,
        reports.actor_id,
        holdings.starts_on,
        greatest(reports.day, holdings.starts_on) as phase_low,
        least(reports.ends_on, holdings.ends_on) as phase_high
    from (
        select * from phase_reports
        union all
        select * from dispute_reports
    ) as reports
    inner join holdings
        on
            reports.place_id = holdings.place_id
            and reports.state_on = holdings.state_on
            and reports.day >= holdings.starts_on
            and reports.day < holdings.ends_on
    -- nobody contests what the own side holds
    where reports.phase = 'disputes' or holdings.side_id is null or holdings.side_id <> reports.actor_side_id

),

cuts as (

    select
        place_id,
        state_on,
        starts_on as holding_from,
        starts_on as cut
    from holdings
    union
    select
        place_id,
        state_on,
        starts_on as holding_from,
        phase_low as cut
    from phases
    union
    select
        phases.place_id,
        phases.state_on,
        phases.starts_on as holding_from,
        phases.phase_high as cut
    from phases
    inner join holdings
        on
            phases.place_id = holdings.place_id
            and phases.state_on = holdings.state_on
            and phases.starts_on = holdings.starts_on
            and phases.phase_high < holdings.ends_on

),

pieces as (

    select
        cuts.place_id,
        cuts.state_on,
        cuts.holding_from,
        cuts.cut as piece_low,
        coalesce(
            lead(cuts.cut) over (partition by cuts.place_id, cuts.state_on, cuts.holding_from order by cuts.cut),
            holdings.ends_on
        ) as piece_high
    from cuts
    inner join holdings
        on cuts.place_id = holdings.place_id and cuts.state_on = holdings.state_on and cuts.holding_from = holdings.starts_on

),

described as (

    select
        pieces.place_id,
        pieces.state_on,
        pieces.holding_from,
        pieces.piece_low,
        pieces.piece_high,
        coalesce(list_sort(list(distinct phases.actor_id) filter (where phases.phase <> 'besieges' and phases.actor_id is not null)), [])
            as contested_by,
        coalesce(list_sort(list(distinct phases.actor_id) filter (where phases.phase = 'besieges')), []) as besieged_by,
        coalesce(bool_or(phases.phase = 'disputes'), false) as is_disputed
    from pieces
    left join phases
        on
            pieces.place_id = phases.place_id
            and pieces.state_on = phases.state_on
            and pieces.holding_from = phases.starts_on
            and pieces.piece_low >= phases.phase_low
            and pieces.piece_high <= phases.phase_high
    group by pieces.place_id, pieces.state_on, pieces.holding_from, pieces.piece_low, pieces.piece_high

),

-- pieces with nothing between them that differs are one
compacted as (

    select
        *,
        sum(case when former = (contested_by, besieged_by, is_disputed) then 0 else 1 end) over (
            partition by place_id, state_on, holding_from
            order by piece_low
        ) as piece_no
    from (
        select
            *,
            lag((contested_by, besieged_by, is_disputed)) over (
                partition by place_id, state_on, holding_from
                order by piece_low
            ) as former
        from described
    ) as compared

),

segments as materialized (

    select
        place_id,
        state_on,
        holding_from,
        min(piece_low) as valid_from,
        max(piece_high) as valid_to,
        any_value(contested_by) as contested_by,
        any_value(besieged_by) as besieged_by,
        any_value(is_disputed) as is_disputed
    from compacted
    group by place_id, state_on, holding_from, piece_no

),

-- 7. What each holding rests on.
held_on as materialized (

    select
        holdings.place_id,
        holdings.state_on,
        holdings.starts_on,
        dayed.claim_id,
        dayed.statement_id,
        dayed.statement,
        dayed.actor_id,
        dayed.actor_side_id,
        dayed.voice_id,
        dayed.origin_side_id,
        dayed.interest,
        dayed.is_doubted,
        dayed.weight,
        dayed.date_precision,
        dayed.day,
        dayed.reported_at,
        case
            when holdings.kind = 'before' and dayed.statement = 'loses' and dayed.actor_side_id = holdings.side_id then 'supports'
            when holdings.side_id is null and dayed.statement = 'loses' then 'supports'
            when dayed.statement in ('gains', 'holds') and dayed.actor_side_id = holdings.side_id then 'supports'
            when dayed.statement in ('contests', 'besieges') then dayed.statement
            when dayed.statement = 'loses' and holdings.side_id is not null and dayed.actor_side_id <> holdings.side_id then 'supports'
            else 'against'
        end as role
    from holdings
    inner join dayed
        on
            holdings.place_id = dayed.place_id
            and holdings.state_on = dayed.state_on
            and (
                (dayed.day >= holdings.starts_on and dayed.day < holdings.ends_on)
                or (
                    holdings.kind = 'before'
                    and dayed.day between holdings.ends_on and holdings.ends_on + {{ var('control_snap_days') }}::integer
                    and dayed.statement = 'loses'
                    and dayed.actor_side_id = holdings.side_id
                )
            )

),

holders as materialized (

    select
        place_id,
        state_on,
        starts_on,
        arg_max(actor_id, (points, is_specific, actor_id)) as holder_id
    from (
        select
            held_on.place_id,
            held_on.state_on,
            held_on.starts_on,
            held_on.actor_id,
            -- a state speaks half as loudly as a change for the name, too
            sum(held_on.weight * case when held_on.statement = 'holds' then {{ var('control_hold_factor') }} else 1 end) as points,
            held_on.actor_id <> any_value(holdings.side_id) as is_specific
        from held_on
        inner join holdings
            on
                held_on.place_id = holdings.place_id
                and held_on.state_on = holdings.state_on
                and held_on.starts_on = holdings.starts_on
        where
            held_on.role = 'supports'
            and held_on.actor_side_id = holdings.side_id
            and (held_on.statement <> 'loses' or holdings.kind = 'before')
        group by held_on.place_id, held_on.state_on, held_on.starts_on, held_on.actor_id
    ) as counted
    group by place_id, state_on, starts_on

),

voice_sums as materialized (

    select
        place_id,
        state_on,
        starts_on,
        count(distinct voice_id) as n_any,
        count(
            distinct case when not is_doubted then case when interest = 'self_serving' then coalesce(origin_side_id, voice_id) else voice_id end end
        ) as n_for,
        count(distinct case when not is_doubted and interest <> 'self_serving' then voice_id end) as n_unselfish,
        count(distinct claim_id) as n_claims,
        arg_min(claim_id, (day, statement <> 'gains', date_precision is distinct from 'day', -weight, reported_at, claim_id))
            as opening_claim_id,
        arg_min(
            coalesce(date_precision, ''),
            (day, statement <> 'gains', date_precision is distinct from 'day', -weight, reported_at, claim_id)
        ) as opening_precision,
        min(day) as known_since,
        max(day) as last_told_on,
        min(reported_at) as first_reported_at,
        max(reported_at) as last_reported_at
    from held_on
    where role = 'supports' or (role in ('contests', 'besieges') and (place_id, state_on, starts_on) in (
        select (place_id, state_on, starts_on) from holdings where kind = 'contest'
    ))
    group by place_id, state_on, starts_on

),

evidence as materialized (

    select
        place_id,
        state_on,
        starts_on,
        list_sort(list(distinct claim_id) filter (where role = 'supports')) as supporting_claim_ids,
        list_sort(list(distinct claim_id) filter (where role = 'against')) as opposing_claim_ids,
        list_sort(list(distinct claim_id) filter (where role in ('contests', 'besieges'))) as pressing_claim_ids
    from held_on
    group by place_id, state_on, starts_on

),

-- nobody held a place for a side before it belonged to it
belongings as (

    select
        actor_id,
        side_id,
        min(valid_from) as valid_from
    from {{ ref('int_actor_sides') }}
    group by actor_id, side_id
    having min(valid_from) > {{ first_day() }}

),

control_intervals as (

    select
        segments.state_on,
        segments.place_id,
        holders.holder_id,
        case when holdings.side_id is not null then holdings.side_id end as holder_side_id,
        case when segments.valid_from = {{ first_day() }} then belongings.valid_from else segments.valid_from end as valid_from,
        case
            when segments.valid_from = {{ first_day() }} then null
            when segments.valid_from = holdings.starts_on then nullif(voice_sums.opening_precision, '')
            else 'day'
        end as valid_from_precision,
        nullif(segments.valid_to, {{ last_day_of_all() }}) as valid_to,
        nullif(holdings.starts_on, {{ first_day() }}) as held_from,
        voice_sums.known_since,
        voice_sums.last_told_on,
        case
            when segments.is_disputed then 'disputed'
            else {{ standing('voice_sums.n_any', 'voice_sums.n_for', 'voice_sums.n_unselfish', '0') }}
        end as standing,
        segments.contested_by,
        segments.besieged_by,
        voice_sums.n_claims,
        voice_sums.n_any as n_voices,
        voice_sums.opening_claim_id,
        voice_sums.first_reported_at,
        voice_sums.last_reported_at,
        coalesce(evidence.supporting_claim_ids, []) as supporting_claim_ids,
        coalesce(evidence.opposing_claim_ids, []) as opposing_claim_ids,
        coalesce(evidence.pressing_claim_ids, []) as pressing_claim_ids
    from segments
    inner join holdings
        on
            segments.place_id = holdings.place_id
            and segments.state_on = holdings.state_on
            and segments.holding_from = holdings.starts_on
    inner join voice_sums
        on
            segments.place_id = voice_sums.place_id
            and segments.state_on = voice_sums.state_on
            and segments.holding_from = voice_sums.starts_on
    left join holders
        on
            segments.place_id = holders.place_id
            and segments.state_on = holders.state_on
            and segments.holding_from = holders.starts_on
    left join belongings
        on
            holders.holder_id = belongings.actor_id
            and holdings.side_id = belongings.side_id
            and segments.valid_to > belongings.valid_from
            and voice_sums.known_since >= belongings.valid_from
    left join evidence
        on
            segments.place_id = evidence.place_id
            and segments.state_on = evidence.state_on
            and segments.holding_from = evidence.starts_on
    -- when the fighting is told no more, and nobody was ever said to hold the place, nothing is known
    where holdings.kind <> 'contest' or len(segments.contested_by) > 0 or len(segments.besieged_by) > 0

)
{% endmacro %}

{#
  Carries the control of a region, district or city to the places within it that nothing more specific is known of, as CTEs
  that end with `carried(state_on, place_id, ...)`. `intervals` are control intervals with `state_on`. The nearest place around
  that something is known of decides; where it is contested, disputed or held by nobody, it says nothing about a place within.
#}
{% macro carry_to_places_within(intervals) %}
within as materialized (

    select
        ancestors.place_id,
        ancestors.ancestor_id,
        ancestors.distance
    from {{ ref('int_place_ancestors') }} as ancestors
    inner join {{ ref('int_places') }} as around on ancestors.ancestor_id = around.place_id
    inner join {{ ref('int_control_places_listed') }} as listed on ancestors.place_id = listed.place_id
    where ancestors.distance > 0 and around.kind in ('region', 'governorate', 'district', 'city')

),

states as materialized (

    select distinct
        place_id,
        state_on
    from {{ intervals }}

),

child_states as materialized (

    select distinct
        within.place_id,
        states.state_on
    from within
    inner join states on within.ancestor_id = states.place_id
    union
    select
        states.place_id,
        states.state_on
    from states
    where states.place_id in (
        select within.place_id from within inner join states on within.ancestor_id = states.place_id
    )

),

-- what was known of the place itself and of each place around it in that state
source_states as materialized (

    select
        child_states.place_id,
        child_states.state_on,
        around.source_id,
        around.distance,
        max(states.state_on) as source_state_on
    from child_states
    inner join (
        select
            place_id,
            ancestor_id as source_id,
            distance
        from within
        union all
        select distinct
            place_id,
            place_id as source_id,
            0 as distance
        from within
    ) as around on child_states.place_id = around.place_id
    inner join states on around.source_id = states.place_id and states.state_on <= child_states.state_on
    group by child_states.place_id, child_states.state_on, around.source_id, around.distance

),

known as materialized (

    select
        source_states.place_id,
        source_states.state_on,
        source_states.distance,
        source_states.source_id,
        source_states.source_state_on,
        -- what a region held before anything was reported of it says nothing about a place within
        case
            when source_states.distance > 0 and intervals.held_from is null
                then greatest(coalesce(intervals.valid_from, {{ first_day() }}), intervals.known_since)
            else coalesce(intervals.valid_from, {{ first_day() }})
        end as low,
        coalesce(intervals.valid_to, {{ last_day_of_all() }}) as high,
        coalesce(intervals.valid_from, {{ first_day() }}) as source_low
    from source_states
    inner join {{ intervals }} as intervals
        on source_states.source_id = intervals.place_id and source_states.source_state_on = intervals.state_on

),

child_cuts as (

    select
        place_id,
        state_on,
        low as cut
    from known
    union
    select
        place_id,
        state_on,
        high as cut
    from known

),

child_pieces as (

    select
        place_id,
        state_on,
        cut as low,
        lead(cut) over (partition by place_id, state_on order by cut) as high
    from child_cuts

),

nearest as (

    select
        child_pieces.place_id,
        child_pieces.state_on,
        child_pieces.low,
        child_pieces.high,
        arg_min(known.source_id, (known.distance, known.source_id)) as source_id,
        arg_min(known.source_state_on, (known.distance, known.source_id)) as source_state_on,
        arg_min(known.source_low, (known.distance, known.source_id)) as source_low
    from child_pieces
    inner join known
        on
            child_pieces.place_id = known.place_id
            and child_pieces.state_on = known.state_on
            and child_pieces.low >= known.low
            and child_pieces.high <= known.high
    where child_pieces.high is not null
    group by child_pieces.place_id, child_pieces.state_on, child_pieces.low, child_pieces.high

),

runs as (

    select
        *,
        sum(case when former = (source_id, source_low) and former_high = low then 0 else 1 end) over (
            partition by place_id, state_on
            order by low
        ) as run_no
    from (
        select
            *,
            lag((source_id, source_low)) over in_order as former,
            lag(high) over in_order as former_high
        from nearest
        window in_order as (
            partition by place_id, state_on
            order by low
        )
    ) as compared

),

carried as (

    select
        spans.state_on,
        spans.place_id,
        intervals.place_id as inherited_from_place_id,
        nullif(spans.low, {{ first_day() }}) as valid_from,
        case
            when spans.low = intervals.valid_from then intervals.valid_from_precision
            when intervals.valid_from is null and spans.low = intervals.known_since then null
            else 'day'
        end as valid_from_precision,
        nullif(spans.high, {{ last_day_of_all() }}) as valid_to,
        intervals.* exclude (state_on, place_id, valid_from, valid_from_precision, valid_to)
    from (
        select
            place_id,
            state_on,
            any_value(source_id) as source_id,
            any_value(source_state_on) as source_state_on,
            any_value(source_low) as source_low,
            min(low) as low,
            max(high) as high
        from runs
        where source_id <> place_id
        group by place_id, state_on, run_no
    ) as spans
    inner join {{ intervals }} as intervals
        on
            spans.source_id = intervals.place_id
            and spans.source_state_on = intervals.state_on
            and spans.source_low = coalesce(intervals.valid_from, {{ first_day() }})
    where
        intervals.holder_id is not null
        and intervals.standing <> 'disputed'
        and len(intervals.contested_by) = 0

)
{% endmacro %}
