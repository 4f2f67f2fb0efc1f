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

{#
  Clusters by average linkage, as CTEs that end with `clusters(node_id, cluster_id)`; a cluster is named by its smallest node.
  `edges(one_id, other_id, points)` holds each pair once, the smaller id first; points are whole
  numbers, and what has no edge counts as 0. In each round
  every two clusters that are each other's best match merge, if the average of the points over all their pairs is at least
  `min_points`, and if no more than `max_days` lie between the first and the last day of what is dated in them
  (`nodes(node_id, first_day, last_day)`; null when undated). A single strong link therefore cannot chain two groups, and the result depends on the rows alone, not on
  their order. What could still merge after `rounds` stays apart.
#}
{% macro average_clusters(nodes, edges, min_points, max_days, rounds) %}
grown_0 as materialized (

    select
        node_id,
        node_id as cluster_id
    from {{ nodes }}

),

size_0 as materialized (

    select
        node_id as cluster_id,
        1::bigint as n,
        first_day,
        last_day
    from {{ nodes }}

),

bonds_0 as materialized (

    select
        one_id,
        other_id,
        points
    from {{ edges }}

),
{% for i in range(1, rounds + 1) %}
good_bonds_{{ i }} as materialized (

    select
        bonds.one_id,
        bonds.other_id,
        bonds.points::double / (one.n * other.n) as average
    from bonds_{{ i - 1 }} as bonds
    inner join size_{{ i - 1 }} as one on bonds.one_id = one.cluster_id
    inner join size_{{ i - 1 }} as other on bonds.other_id = other.cluster_id
    where
        bonds.points >= {{ min_points }} * one.n * other.n
        and coalesce(
            greatest(one.last_day, other.last_day) - least(one.first_day, other.first_day) <= {{ max_days }}, true
        )

),

best_bonds_{{ i }} as materialized (

    select
        cluster_id,
        arg_min((one_id, other_id), (-average, one_id, other_id)) as bond
    from (
        select
            one_id as cluster_id,
            one_id,
            other_id,
            average
        from good_bonds_{{ i }}
        union all
        select
            other_id as cluster_id,
            one_id,
            other_id,
            average
        from good_bonds_{{ i }}
    ) as ends
    group by cluster_id

),

-- a bond that is the best of both its ends; the union takes the name of the smaller
unions_{{ i }} as materialized (

    select
        max(cluster_id) as cluster_id,
        min(cluster_id) as union_id
    from best_bonds_{{ i }}
    group by bond
    having count(*) = 2

),

grown_{{ i }} as materialized (

    select
        grown.node_id,
        coalesce(unions.union_id, grown.cluster_id) as cluster_id
    from grown_{{ i - 1 }} as grown
    left join unions_{{ i }} as unions on grown.cluster_id = unions.cluster_id

),

size_{{ i }} as materialized (

    select
        grown.cluster_id,
        count(*) as n,
        min(node.first_day) as first_day,
        max(node.last_day) as last_day
    from grown_{{ i }} as grown
    inner join {{ nodes }} as node on grown.node_id = node.node_id
    group by grown.cluster_id

),

bonds_{{ i }} as materialized (

    select
        least(one_id, other_id) as one_id,
        greatest(one_id, other_id) as other_id,
        sum(points)::bigint as points
    from (
        select
            coalesce(one.union_id, bonds.one_id) as one_id,
            coalesce(other.union_id, bonds.other_id) as other_id,
            bonds.points
        from bonds_{{ i - 1 }} as bonds
        left join unions_{{ i }} as one on bonds.one_id = one.cluster_id
        left join unions_{{ i }} as other on bonds.other_id = other.cluster_id
    ) as renamed
    where one_id <> other_id
    group by all

),
{% endfor %}
clusters as (

    select
        node_id,
        cluster_id
    from grown_{{ rounds }}

)
{% endmacro %}
