"""Documentation that cannot rot: each setting, command and mart stands in the README."""

from __future__ import annotations

from dataclasses import fields

import pytest

from flows.cli import app
from flows.settings import PROJECT_ROOT, Settings, read_settings

README = (PROJECT_ROOT / "README.md").read_text()


@pytest.mark.parametrize("field", fields(Settings), ids=lambda f: f.name)
def test_every_setting_is_told(field: object) -> None:
    variable = field.metadata["env"]  # type: ignore[attr-defined]
    assert f"`{variable}`" in README
    assert field.metadata["help"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "command", sorted(c.name or c.callback.__name__ for c in app.registered_commands if c.callback)
)
def test_every_command_is_told(command: str) -> None:
    assert f"sitrep {command}" in README


def test_every_mart_is_told() -> None:
    for path in (PROJECT_ROOT / "dbt_project" / "models" / "marts").glob("*.sql"):
        assert f"`{path.stem}`" in README, path.stem


@pytest.mark.parametrize(
    ("variable", "value"), [("SITREP_WORKERS", "0"), ("SITREP_WORKERS", "many"), ("SITREP_BATCH_SIZE", "-1")]
)
def test_a_setting_that_is_no_number_is_refused(variable: str, value: str) -> None:
    from flows.errors import ConfigError

    with pytest.raises(ConfigError, match=variable):
        read_settings(environ={variable: value})


def test_the_command_line_beats_the_environment(tmp_path: object) -> None:
    from pathlib import Path

    assert read_settings(Path(str(tmp_path)), {"SITREP_HOME": "/elsewhere"}).home == Path(str(tmp_path)).resolve()
    assert read_settings(environ={"SITREP_HOME": "/elsewhere", "SITREP_ALLOW_HOSTS": "a:80, b:81"}).allow_hosts == (
        "a:80",
        "b:81",
    )
