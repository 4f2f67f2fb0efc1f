{#
  The wording around an actor's name, as regular expressions over lower-case text (RE2). They are tried in the order of
  `actor_core_text`; what each is for stands beside it. Grammar of English only: no name of any actor belongs here.
#}

{# Counts and determiners that open a phrase and name nobody: "at least 20", "dozens of", "some of the", "other". #}
{% macro opening_words() -%}
    ^(?:(?:the|a|an|some|several|many|few|most|all|both|other|another|more|than|at|least|about|around|nearly|almost|over|up|to|dozens|scores|hundreds|thousands|tens|number|group|groups|of|two|three|four|five|six|seven|eight|nine|ten|twenty|[0-9][0-9,.]*|local|unidentified|unnamed|unknown|armed|heavily|senior|top|former|its|their|his|her|our|these|those|this|that|state-run)[ ]+)+
{%- endmacro %}

{# A role before the organisation: "spokesman for X", "forces loyal to X", "positions of X" stand for X. #}
{% macro role_before() -%}
    ^.*?\b(?:spokes(?:man|person|woman|people)|officials?|sources?|commanders?|leaders?|heads?|chiefs?|members?|fighters?|soldiers?|troops?|militants?|gunmen|forces?|units?|elements?|positions?|representatives?|envoys?|ministers?|presidents?|supporters?|loyalists?|affiliates?|militias?|statement|warplanes|jets|aircraft)[ ]+(?:of|for|from|in|with|at|inside|close to|loyal to|allied to|allied with|affiliated to|affiliated with|belonging to|linked to|tied to|by)[ ]+(?:the[ ]+)?
{%- endmacro %}

{# "pro-X forces" fight for X and count as X's; "X-backed forces" are not X: the backer is cut off and the rest looked up. #}
{% macro loyal_prefix() -%} ^pro[- ]+ {%- endmacro %}
{% macro backer_prefix() -%} ^(?:\w+[.]?)+(?:[- ]\w+)?[- ](?:backed|supported|funded|sponsored|trained|allied|aligned|based)[ ]+ {%- endmacro %}

{# Where the name ends and a description starts: "X who ...", "X near ...", "X stationed in ...". #}
{% macro description_after() -%}
    [ ,]+(?:who|which|that|in|inside|outside|at|from|near|against|on|under|based|positioned|located|stationed|holed|fighting|including|backed|supported|led)\b.*$
{%- endmacro %}

{# Words of force or office after the name: "X forces", "X's warplanes", "X spokesman Y" stand for X. #}
{% macro role_words_after() -%}
    (?:forces?|troops?|fighters?|soldiers?|militants?|militiamen|militias?|gunmen|units?|elements?|members?|positions?|warplanes?|war planes|air force|planes?|jets?|aircraft|helicopters?|drones?|artillery|convoys?|tanks?|raids?|loyalists?|supporters?|affiliates?|officials?|sources?|reporters?|correspondents?|statements?|commanders?|leaders?|leadership|representatives?|spokes(?:man|person|woman|people)|delegation|authorities|side|(?:(?:foreign|defen[cs]e|interior|prime|deputy|information|health|state)[ ]+)?(?:ministers?|ministry|president|envoy|ambassador|diplomats?))
{%- endmacro %}

{# Heads that make the phrase something else than the organisation named in it: "X civilians", "children of X". #}
{% macro bystander_words() -%}
    civilians?|people|residents?|inhabitants|citizens?|locals|refugees?|displaced|children|child|women|woman|men|man|families|family|activists?|journalists?|reporters?|migrants?|students?|doctors?|medics?|protesters?|demonstrators?|workers?|houses?|homes?|hospitals?|schools?|markets?|buildings?|properties|areas?|districts?|towns?|villages?|cities|neighbou?rhoods?|observers?|opponents?|enemies|victims|hostages|prisoners|detainees
{%- endmacro %}

{# A capitalised word that may be a possessive which lost its apostrophe ("Syrias army"): without its s. #}
{% macro without_lost_possessives(text) -%}
    regexp_replace({{ text }}, '\b(\p{Lu}[\p{L}-]+[^s\W])s\b', '\1', 'g')
{%- endmacro %}

{# Whether a wording holds a name at all: a capital or a letter of a script without capitals, roles and common nouns aside. #}
{% macro holds_a_name(text, common_words) -%}
    regexp_matches(
        regexp_replace({{ text }}, '(?i)(?:{{ opening_words() | trim }}|\b(?:{{ common_words }})\b)', ' ', 'g'), '[\p{Lu}\p{Lo}]'
    )
{%- endmacro %}

{#
  An actor's phrase, lower case, cut down to the part that can be a name; empty when nothing is left. With `cut_description`
  what describes the name ("in Vale", "who fled") is cut off as well.
#}
{% macro actor_core_text(text, cut_description=false) -%}
    {%- set ns = namespace(sql="lower(regexp_replace(" ~ text ~ ", '[’‘ʼ`´]', '\'\'', 'g'))") -%}
    {%- set ns.sql = "regexp_replace(" ~ ns.sql ~ ", '\'\'s\\b', '', 'g')" -%}
    {%- set patterns = [opening_words(), role_before(), opening_words(), loyal_prefix(), backer_prefix()] -%}
    {%- for pattern in patterns + ([description_after()] if cut_description else []) -%}
        {%- set ns.sql = "regexp_replace(" ~ ns.sql ~ ", '" ~ (pattern | trim) ~ "', '')" -%}
    {%- endfor -%}
    {%- set ns.sql = "regexp_replace(" ~ ns.sql ~ ", '([ -]+" ~ (role_words_after() | trim) ~ ")+$', '')" -%}
    trim({{ ns.sql }})
{%- endmacro %}

{# A text as plain words: no marks, no quotes, no possessives, no dots within initials; case is kept. #}
{% macro plain_words(text) -%}
    string_split_regex(
        regexp_replace(
            regexp_replace(strip_accents({{ text }}), '[''’‘ʼ`´](?:s\b)?', '', 'g'), '\b(\p{L})[.]', '\1', 'g'
        ), '[^\p{L}\p{N}]+'
    )
{%- endmacro %}

{#
  One word closely spelt: what stays apart in it would make another word of a short name ("mass" is not "Maas", "Salah" is not
  "Siala"), while doubled letters, e for i and a last h do not.
#}
{% macro close_spelling(word) -%}
    {%- set letters = "replace(lower(" ~ word ~ "), 'e', 'i')" -%}
    regexp_replace(
        array_to_string(
            list_transform(
                list_filter(range(1, length({{ word }}) + 1), lambda place: ({{ letters }})[place] <> ({{ letters }})[place - 1]),
                lambda place: ({{ letters }})[place]
            ), ''
        ), '([aiou])h$', '\1'
    )
{%- endmacro %}
