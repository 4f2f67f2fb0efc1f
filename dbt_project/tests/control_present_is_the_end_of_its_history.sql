-- What is known now is what the last day of knowledge shows, row for row.
{% set columns = "place_id, holder_id, valid_from, valid_to, standing, contested_by, besieged_by, is_inherited, n_claims, n_voices" %}
with

present as (

    select {{ columns }} from {{ ref('fct_territory_control') }}

),

last_known as (

    select {{ columns }} from {{ ref('fct_territory_control_history') }}
    where known_to is null

),

missing_in_history as (

    select * from present
    except all
    select * from last_known

),

missing_in_present as (

    select * from last_known
    except all
    select * from present

)

select
    'not in history' as problem,
    *
from missing_in_history
union all
select
    'not in present' as problem,
    *
from missing_in_present
