{#
  The wording around a place's name, as regular expressions over lower-case text (RE2). Grammar of English only: no name of
  any place belongs here.
#}

{# "the northern Libyan city of X" and "X city" are X itself. #}
{% macro settlement_before() -%} ^.*\b(?:city|town|village|municipality|locality|hamlet|oasis|capital)[ ]+of[ ]+ {%- endmacro %}
{% macro settlement_after() -%} [ ]+(?:city|town|village|municipality|oasis)$ {%- endmacro %}

{# "X province", "governorate of X": the division that bears the name, not the town. #}
{% macro division_before() -%} ^.*\b(?:provinces?|governorate|region|county|district|state)[ ]+of[ ]+ {%- endmacro %}
{% macro division_after() -%} [ ]+(?:provinces?|governorate|region|county)$ {%- endmacro %}

{# A part of X, or something at X that bears its name; it is a place of its own, inside X. #}
{% macro part_before() -%}
    ^(?:(?:the[ ]+)?(?:(?:north|south|east|west)(?:ern)?(?:[- ](?:north|south|east|west)(?:ern)?)?|(?:north|south)-?(?:east|west)(?:ern)?|central|downtown|inner|old|greater|rural|upper|lower|(?:.*\b)?(?:parts?|portions?|most|majority|half|rest|swathes?|outskirts|edges?|suburbs?|countryside|centre|center|heart|neighbou?rhoods?|districts?|quarters?|areas?|airport|airbase|air base|base|port|camp|road|dam|prison|gates?|perimeter|vicinity|side|entrance|north|south|east|west)[ ]+(?:of|in|at|near|to|around))[ ]+(?:the[ ]+)?)+
{%- endmacro %}
{% macro part_after() -%}
    [ ]+(?:(?:international|military|civil|oil|air|border|refugee|central)[ ]+)?(?:airport|airbase|airfield|air base|base|port|terminal|field|refinery|crossing|camp|road|highway|dam|prison|countryside|outskirts|suburbs?|neighbou?rhoods?|districts?|quarters?|areas?|valley|desert|basin|hospital|university|market|square|mountains?|hills?|island|front|pocket|enclave)$
{%- endmacro %}

{# The kind of place that a wording tells; null when it tells none. #}
{% macro place_kind_told(text) -%}
    case
        when regexp_matches({{ text }}, '\b(?:airbase|air base|airfield|military airport)\b') then 'airbase'
        when regexp_matches({{ text }}, '\bairport\b') then 'airport'
        when regexp_matches({{ text }}, '\b(?:oil port|oil terminal|port|terminal)\b') then 'oil_port'
        when regexp_matches({{ text }}, '\b(?:oil ?field|gas field)\b') then 'oil_field'
        when regexp_matches({{ text }}, '\bcrossing\b') then 'border_crossing'
        when regexp_matches({{ text }}, '\bcamp\b') then 'camp'
        when regexp_matches({{ text }}, '\bbase\b') then 'base'
        when regexp_matches({{ text }}, '\bdam\b') then 'dam'
        when regexp_matches({{ text }}, '\bprison\b') then 'prison'
        when regexp_matches({{ text }}, '\b(?:road|highway)\b') then 'road'
        when regexp_matches({{ text }}, '\b(?:provinces?|governorate)\b') then 'governorate'
        when regexp_matches({{ text }}, '\bdistrict\b') then 'district'
        when regexp_matches({{ text }}, '\b(?:neighbou?rhood|quarter|suburb)\b') then 'neighbourhood'
        when regexp_matches({{ text }}, '\bcountryside|region|desert|area|outskirts\b') then 'region'
        when regexp_matches({{ text }}, '\btown\b') then 'town'
        when regexp_matches({{ text }}, '\bvillage\b') then 'village'
        when regexp_matches({{ text }}, '\bcity\b') then 'city'
    end
{%- endmacro %}

{# Common nouns for places and what merely tells them apart, which are no names: "the town", "rebel-held areas", "South", "Old City". #}
{% macro place_common_nouns() -%}
    areas?|towns?|city|cities|villages?|districts?|neighbou?rhoods?|provinces?|regions?|suburbs?|outskirts|countryside|territory|territories|land|border|borders|crossings?|bases?|positions?|front|fronts|airport|airbase|camps?|roads?|country|north|south|east|west|northern|southern|eastern|western|northeast|northwest|southeast|southwest|central|capital|headquarters|enclave|stronghold|streets?|squares?|markets?|hospitals?|schools?|buildings?|bridges?|mosques?|church(?:es)?|hills?|mountains?|valleys?|rivers?|deserts?|islands?|farms?|industrial|zones?|ports?|dams?|prisons?|university|old|new|upper|lower|inner|outer|most|parts?|of|the|in
{%- endmacro %}

{# A place told only by who has it ("districts dominated by X forces"): the name in it is not the place's. #}
{% macro place_description() -%}
    \b(?:controlled|held|dominated|seized|occupied|captured|besieged|retaken|run|administered|inhabited)[ ]+by\b
{%- endmacro %}
