"""One frozen `Settings`, read once at the top; below it everything is an argument. The only reader of the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parents[1]


def _setting(env: str, help_text: str, default: object) -> object:
    return field(default=default, metadata={"env": env, "help": help_text})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where things lie and how hard to work. Each field's metadata names its environment variable and its meaning."""

    home: Path = _setting(
        "SITREP_HOME", "Folder that holds raw/ and warehouse/ (default: the project itself).", PROJECT_ROOT
    )  # type: ignore[assignment]
    contact: str = _setting("SITREP_CONTACT", "Contact in the User-Agent: a mail address or page of yours.", "unset")  # type: ignore[assignment]
    workers: int = _setting("SITREP_WORKERS", "Worker processes for cleaning and coding.", 2)  # type: ignore[assignment]
    batch_size: int = _setting(
        "SITREP_BATCH_SIZE", "Articles in one batch (one WARC file, one set of Parquet files).", 200
    )  # type: ignore[assignment]
    allow_hosts: tuple[str, ...] = _setting(
        "SITREP_ALLOW_HOSTS", "host:port pairs exempt from the address guard, comma separated.", ()
    )  # type: ignore[assignment]
    dbt_threads: int = _setting("SITREP_DBT_THREADS", "Threads that dbt uses.", 2)  # type: ignore[assignment]

    @property
    def raw(self) -> Path:
        """The raw zone: warc/ and batches/."""
        return self.home / "raw"

    @property
    def warc(self) -> Path:
        """WARC files, one for each batch, with the fetch log beside each."""
        return self.raw / "warc"

    @property
    def batches(self) -> Path:
        """Parquet batches: one folder for each batch, one file for each landing table."""
        return self.raw / "batches"

    @property
    def warehouse(self) -> Path:
        """The folder of the writer's database, the published copy and the report."""
        return self.home / "warehouse"

    @property
    def build_db(self) -> Path:
        """The writer's database; readers never open it."""
        return self.warehouse / "build.duckdb"

    @property
    def published(self) -> Path:
        """The readers' folder: sitrep.duckdb and parquet/."""
        return self.warehouse / "published"

    @property
    def published_db(self) -> Path:
        """The readers' database, replaced as a whole by each green build."""
        return self.published / "sitrep.duckdb"

    @property
    def report(self) -> Path:
        """The folder of the report page."""
        return self.warehouse / "report"

    @property
    def lock_file(self) -> Path:
        """The one writer's lock."""
        return self.warehouse / ".writer.lock"

    @property
    def gazetteer(self) -> Path:
        """GeoNames places converted once to Parquet."""
        return self.warehouse / "reference" / "gazetteer.parquet"

    @property
    def dbt_project(self) -> Path:
        """The dbt project, its seeds included."""
        return PROJECT_ROOT / "dbt_project"

    @property
    def seeds(self) -> Path:
        """The dictionaries."""
        return self.dbt_project / "seeds"

    @property
    def model(self) -> Path:
        """The trained parser."""
        return PROJECT_ROOT / "model" / "en_sitrep_ud"


def read_settings(home: Path | None = None, environ: dict[str, str] | None = None) -> Settings:
    """Settings from the environment, `home` (the command line's) first.

    Raises ConfigError when a number is not a number.
    """
    from flows.errors import ConfigError

    env = dict(os.environ) if environ is None else environ
    values: dict[str, object] = {}
    if home is not None:
        values["home"] = home.expanduser().resolve()
    elif env.get("SITREP_HOME"):
        values["home"] = Path(env["SITREP_HOME"]).expanduser().resolve()
    if env.get("SITREP_CONTACT"):
        values["contact"] = env["SITREP_CONTACT"]
    for name, variable in (
        ("workers", "SITREP_WORKERS"),
        ("batch_size", "SITREP_BATCH_SIZE"),
        ("dbt_threads", "SITREP_DBT_THREADS"),
    ):
        if env.get(variable):
            if not (env[variable].isascii() and env[variable].isdecimal()) or int(env[variable]) < 1:
                raise ConfigError(f"{variable}={env[variable]!r} is not a whole number above 0; unset it or give one.")
            values[name] = int(env[variable])
    if env.get("SITREP_ALLOW_HOSTS"):
        values["allow_hosts"] = tuple(h.strip() for h in env["SITREP_ALLOW_HOSTS"].split(",") if h.strip())
    return Settings(**values)  # type: ignore[arg-type]
