{#
  Connected components of a graph, as CTEs that end with `components(node_id, component_id)`: the component is named by the
  smallest id in it. `links(from_id, to_id)` holds both directions. Each round hands the smallest label on by one link and
  then jumps to that label's own label, so that `rounds` reaches a chain of 2^rounds links; what lies beyond stays apart.
#}
{% macro connected_components(nodes, id, links, rounds) %}
label_0 as materialized (

    select
        {{ id }} as node_id,
        {{ id }} as component_id
    from {{ nodes }}

),
{% for i in range(1, rounds + 1) %}
hop_{{ i }} as materialized (

    select
        label.node_id,
        least(label.component_id, coalesce(min(neighbour.component_id), label.component_id)) as component_id
    from label_{{ i - 1 }} as label
    left join {{ links }} as link on label.node_id = link.from_id
    left join label_{{ i - 1 }} as neighbour on link.to_id = neighbour.node_id
    group by label.node_id, label.component_id

),

label_{{ i }} as materialized (

    select
        hop.node_id,
        target.component_id
    from hop_{{ i }} as hop
    inner join hop_{{ i }} as target on hop.component_id = target.node_id

),
{% endfor %}
components as (

    select
        node_id,
        component_id
    from label_{{ rounds }}

)
{% endmacro %}

{#
  Star clusters, as CTEs that end with `stars(node_id, leader_id)`. `nodes(node_id, priority)`: priority is a total order, the
  smallest leads. `edges(from_id, to_id, score)` holds both directions. In each round every undecided node that has no
  undecided neighbour of higher priority becomes a leader, and its neighbours become followers; in the end each follower joins
  the leader it fits best. Unlike connected components this cannot chain: every member fits its leader. The result depends on
  the rows alone, not on their order. What is undecided after `rounds` leads itself.
#}
{% macro star_clusters(nodes, edges, rounds) %}
state_0 as materialized (

    select
        node_id,
        priority,
        null::varchar as part
    from {{ nodes }}

),
{% for i in range(1, rounds + 1) %}
leaders_{{ i }} as materialized (

    select state.node_id
    from state_{{ i - 1 }} as state
    where
        state.part is null
        and not exists (
            select 1
            from {{ edges }} as edge
            inner join state_{{ i - 1 }} as neighbour on edge.to_id = neighbour.node_id
            where edge.from_id = state.node_id and neighbour.part is null and neighbour.priority < state.priority
        )

),

followers_{{ i }} as materialized (

    select distinct edge.to_id as node_id
    from leaders_{{ i }} as leader
    inner join {{ edges }} as edge on leader.node_id = edge.from_id

),

state_{{ i }} as materialized (

    select
        state.node_id,
        state.priority,
        case
            when state.part is not null then state.part
            when leader.node_id is not null then 'leader'
            when follower.node_id is not null then 'follower'
        end as part
    from state_{{ i - 1 }} as state
    left join leaders_{{ i }} as leader on state.node_id = leader.node_id
    left join followers_{{ i }} as follower on state.node_id = follower.node_id

),
{% endfor %}
best_leaders as (

    select
        follower.node_id,
        arg_min(leader.node_id, (-edge.score, leader.priority)) as leader_id
    from state_{{ rounds }} as follower
    inner join {{ edges }} as edge on follower.node_id = edge.from_id
    inner join state_{{ rounds }} as leader on edge.to_id = leader.node_id and leader.part = 'leader'
    where follower.part = 'follower'
    group by follower.node_id

),

stars as (

    select
        state.node_id,
        coalesce(best_leaders.leader_id, state.node_id) as leader_id
    from state_{{ rounds }} as state
    left join best_leaders on state.node_id = best_leaders.node_id

)
{% endmacro %}
