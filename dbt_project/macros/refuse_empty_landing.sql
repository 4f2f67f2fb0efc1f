{# Stops a build before it starts when there is nothing to build from, and says so. #}
{% macro refuse_empty_landing() %}
    {% if execute and flags.WHICH in ['build', 'run', 'test'] %}
        {% set find_landing = "select count(*) from information_schema.tables "
            ~ "where table_schema = 'landing' and table_name = 'articles'" %}
        {% set landed = run_query(find_landing) %}
        {% if landed.columns[0].values()[0] == 0 %}
            {{ exceptions.raise_compiler_error('nothing to publish: the warehouse has no landing tables yet; load a batch first') }}
        {% endif %}
        {% set articles = run_query('select count(*) from landing.articles') %}
        {% if articles.columns[0].values()[0] == 0 %}
            {{ exceptions.raise_compiler_error(
                'nothing to publish: landing.articles holds no article; '
                ~ 'see landing.quarantine and landing.fetches for what became of the candidates'
            ) }}
        {% endif %}
    {% endif %}
{% endmacro %}
