"""Sitrep: news about armed conflict, read claim by claim into a warehouse of facts.

The way of the data, one package a stage, in this order::

    discover    sources.toml        -> candidates (addresses, or bodies already at hand)
    fetch       candidates          -> WARC files under raw/ and a fetch log
    clean       WARC records        -> articles, or rejections with a reason
    coding      articles            -> claims and mentions with their spans
    load        Parquet batches     -> schema `landing` of warehouse/build.duckdb
    transform   landing + seeds     -> dbt: staging, intermediate, marts
    publish     marts               -> read-only copy, Parquet, report

Around the stages: `pipeline` (the flow on one screen), `tasks` (the only wrappers around Prefect), `cli` (the command
`sitrep`), `settings` and `sources` (declarations), `records`, `errors` and `names` (vocabulary). A stage never imports
another stage; they hand over files and tables.
"""
