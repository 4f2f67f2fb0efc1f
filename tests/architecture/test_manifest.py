"""The rules of the dbt project, read from its manifest: layers, names, contracts, keys, floors, grain, descriptions."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from flows.settings import PROJECT_ROOT

PROJECT = PROJECT_ROOT / "dbt_project"
PREFIXES = {"staging": ("stg_",), "intermediate": ("int_",), "marts": ("fct_", "dim_", "mart_", "quarantine")}

# Retellings of another fact table, whose ids are tested there.
DERIVED = {"fct_events_history", "fct_territory_control_history", "fct_control_days"}


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What `dbt parse` makes of the project."""
    target = tmp_path_factory.mktemp("target")
    command = [sys.executable, "-m", "flows.transform.dbt_process", "parse", "--no-partial-parse"]
    command += ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    command += ["--target-path", str(target), "--log-path", str(target)]
    environment = {"SITREP_BUILD_DB": str(target / "none.duckdb"), "PATH": "/usr/bin:/bin", "HOME": str(target)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    parsed: dict[str, Any] = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    return parsed


def _models(manifest: dict[str, Any], layer: str | None = None) -> list[dict[str, Any]]:
    models = [n for n in manifest["nodes"].values() if n["resource_type"] == "model"]
    return [m for m in models if layer is None or m["fqn"][1] == layer]


def _tests_of(manifest: dict[str, Any], model: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [
        n
        for n in manifest["nodes"].values()
        if n["resource_type"] == "test"
        and n.get("attached_node") == model["unique_id"]
        and (n.get("test_metadata") or {}).get("name") == name
    ]


def _column_tests(manifest: dict[str, Any], model: dict[str, Any], name: str) -> set[str]:
    return {t["column_name"] for t in _tests_of(manifest, model, name) if t.get("column_name")}


def test_there_is_something_to_check(manifest: dict[str, Any]) -> None:
    assert len(_models(manifest, "staging")) > 10
    assert len(_models(manifest, "intermediate")) > 10
    assert len(_models(manifest, "marts")) > 10


def test_folder_name_and_schema_of_a_model_agree(manifest: dict[str, Any]) -> None:
    wrong = [
        m["name"]
        for m in _models(manifest)
        if m["fqn"][1] not in PREFIXES or not m["name"].startswith(PREFIXES[m["fqn"][1]]) or m["schema"] != m["fqn"][1]
    ]
    assert not wrong


def test_only_staging_reads_sources_and_seeds(manifest: dict[str, Any]) -> None:
    wrong = [
        f"{m['name']} reads {parent}"
        for m in _models(manifest)
        for parent in m["depends_on"]["nodes"]
        if parent.split(".")[0] in ("source", "seed") and m["fqn"][1] != "staging"
    ]
    assert not wrong


def test_layers_read_downwards(manifest: dict[str, Any]) -> None:
    order = list(PREFIXES)
    layer = {m["unique_id"]: order.index(m["fqn"][1]) for m in _models(manifest)}
    wrong = [
        f"{m['name']} reads {parent}"
        for m in _models(manifest)
        for parent in m["depends_on"]["nodes"]
        if parent in layer and layer[parent] > layer[m["unique_id"]]
    ]
    assert not wrong


def test_staging_models_are_views(manifest: dict[str, Any]) -> None:
    assert not [m["name"] for m in _models(manifest, "staging") if m["config"]["materialized"] != "view"]


def test_every_model_is_described_by_its_grain(manifest: dict[str, Any]) -> None:
    assert not [m["name"] for m in _models(manifest) if not m["description"].strip().startswith("One row per ")]


def test_every_mart_has_an_enforced_contract(manifest: dict[str, Any]) -> None:
    assert not [m["name"] for m in _models(manifest, "marts") if not m["config"]["contract"]["enforced"]]


def test_every_column_of_a_mart_is_typed_and_described(manifest: dict[str, Any]) -> None:
    wrong = [
        f"{m['name']}.{c['name']}"
        for m in _models(manifest, "marts")
        for c in m["columns"].values()
        if not c["data_type"] or len(c["description"].strip()) < 5
    ]
    assert not wrong


def test_no_column_anywhere_lacks_a_description(manifest: dict[str, Any]) -> None:
    nodes = [*manifest["nodes"].values(), *manifest["sources"].values()]
    wrong = [
        f"{n['name']}.{c['name']}" for n in nodes for c in n.get("columns", {}).values() if not c["description"].strip()
    ]
    assert not wrong


def test_every_mart_has_a_key_that_the_database_enforces(manifest: dict[str, Any]) -> None:
    def has_key(model: dict[str, Any]) -> bool:
        columns = [
            c["name"]
            for c in model["columns"].values()
            if {"primary_key", "not_null"} <= {k["type"] for k in c["constraints"]}
        ]
        return bool(columns) or any(k["type"] == "primary_key" for k in model["constraints"])

    assert not [m["name"] for m in _models(manifest, "marts") if not has_key(m)]


def test_every_mart_has_a_floor(manifest: dict[str, Any]) -> None:
    assert not [m["name"] for m in _models(manifest, "marts") if not _tests_of(manifest, m, "at_least_one_row")]


def test_every_seed_and_source_is_described(manifest: dict[str, Any]) -> None:
    seeds = [n for n in manifest["nodes"].values() if n["resource_type"] == "seed"]
    assert seeds
    assert not [n["name"] for n in [*seeds, *manifest["sources"].values()] if not n["description"].strip()]


def test_no_index_and_no_foreign_key_is_asked_for(manifest: dict[str, Any]) -> None:
    wrong = [m["name"] for m in _models(manifest) if m["config"].get("indexes")]
    wrong += [
        f"{m['name']}.{c['name']}"
        for m in _models(manifest)
        for c in m["columns"].values()
        if any(k["type"] == "foreign_key" for k in c["constraints"])
    ]
    assert not wrong


def test_ids_of_facts_lead_to_their_dimensions(manifest: dict[str, Any]) -> None:
    leads = {"article_id", "actor_id", "target_id", "holder_id", "place_id"}
    wrong = []
    for model in _models(manifest, "marts"):
        if not model["name"].startswith("fct_") or model["name"] in DERIVED:
            continue
        related = _column_tests(manifest, model, "relationships")
        wrong += [f"{model['name']}.{c}" for c in leads & set(model["columns"]) if c not in related]
    assert not wrong


def test_unit_tests_are_named_as_sentences(manifest: dict[str, Any]) -> None:
    names = [u["name"] for u in manifest["unit_tests"].values()]
    assert len(names) > 10
    assert not [n for n in names if n.count("_") < 3]


def test_exposures_name_marts_only(manifest: dict[str, Any]) -> None:
    marts = {m["unique_id"] for m in _models(manifest, "marts")}
    exposures = list(manifest["exposures"].values())
    assert len(exposures) >= 3
    assert not [e["name"] for e in exposures if not set(e["depends_on"]["nodes"]) <= marts]


def test_every_yml_names_nodes_that_exist() -> None:
    """A description of a node that is gone would rot unseen."""
    import yaml

    files = {p.stem for p in [*PROJECT.rglob("models/**/*.sql"), *PROJECT.glob("seeds/*.csv")]}
    described = {
        entry["name"]
        for path in [*PROJECT.rglob("models/**/*.yml"), *PROJECT.glob("seeds/*.yml")]
        for kind in ("models", "seeds")
        for entry in (yaml.safe_load(Path(path).read_text(encoding="utf-8")) or {}).get(kind, [])
    }
    assert described == files
