"""The command `sitrep`: run, serve, sql, control, explain, doctor, recode, raw, check, docs.

Exit codes: 0 done; 1 a run or check failed; 2 wrong use, configuration or nothing found; 75 skipped because another run holds
the warehouse. `--json` gives machine-readable output on standard output; progress goes to standard error.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import math
import os
import random
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import duckdb
import filelock
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.tree import Tree

from flows.errors import ConfigError, LockedError, NotFoundError, SitrepError
from flows.processes import end_orphaned_servers, stop_at_once_on_signals
from flows.publish import reading
from flows.settings import PROJECT_ROOT, Settings, read_settings
from flows.sources import check_sides

EXIT_FAILED, EXIT_USAGE, EXIT_SKIPPED = 1, 2, 75

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="News about armed conflict, as facts with their evidence.",
)
raw_app = typer.Typer(no_args_is_help=True, help="The raw zone: WARC files.")
app.add_typer(raw_app, name="raw")

PIPE_WIDTH = 200
"""Columns when the output is no terminal: a file or pipe has no width, and rich would take 80 and cut sentences."""

WIDEST_TABLE = 12
"""More columns than that are printed one below the other: a table of slivers cannot be read."""

out = Console(highlight=False, width=None if sys.stdout.isatty() else PIPE_WIDTH)
err = Console(stderr=True, highlight=False, soft_wrap=True)

Home = Annotated[
    Path | None,
    typer.Option("--home", help="Folder that holds raw/ and warehouse/ (SITREP_HOME; default: the project)."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]


def _guarded(command: Callable[..., None]) -> Callable[..., None]:
    """Print an error of ours (or of the user's SQL) as a message with an exit code, never as a traceback."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except LockedError as error:
            err.print(f"skipped: {escape(str(error))}")
            raise typer.Exit(EXIT_SKIPPED) from None
        except (ConfigError, NotFoundError) as error:
            err.print(f"[bold]error:[/bold] {escape(str(error))}")
            raise typer.Exit(EXIT_USAGE) from None
        except SitrepError as error:
            err.print(f"[bold]failed:[/bold] {escape(str(error))}")
            raise typer.Exit(EXIT_FAILED) from None
        except duckdb.Error as error:
            err.print(f"[bold]error:[/bold] DuckDB says: {escape(str(error))}")
            raise typer.Exit(EXIT_USAGE) from None
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:
            note = Path(tempfile.gettempdir()) / f"sitrep-error-{os.getpid()}.txt"
            note.write_text(traceback.format_exc())
            err.print(f"[bold]failed:[/bold] {type(error).__name__}: {escape(str(error))}")
            err.print(
                f"This is a fault of Sitrep's own; what happened stands in {note}. Nothing was published; run again."
            )
            raise typer.Exit(EXIT_FAILED) from None

    return run


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    return str(value)


def _print_json(value: Any) -> None:
    text = json.dumps(_finite(value), default=_plain, ensure_ascii=False, indent=1, allow_nan=False)
    sys.stdout.write(text + "\n")


def _finite(value: Any) -> Any:
    """NaN and infinities as null: JSON has no word for them."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {k: _finite(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(v) for v in value]
    return value


def _text(value: Any) -> str:
    """A cell for the terminal: no control characters (text from outside must not steer the terminal), no markup."""
    if value is None:
        return "-"
    return escape("".join(c if c.isprintable() or c == "\n" else " " for c in str(value)))


def _table(rows: Sequence[Mapping[str, Any]], columns: Iterable[str] | None = None, title: str | None = None) -> Table:
    names = list(columns) if columns else list(rows[0]) if rows else []
    table = Table(title=title, title_justify="left", show_lines=False)
    for name in names:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(_text(row[n]) for n in names))
    return table


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"{text!r} is not a day; write it as YYYY-MM-DD.") from None


def prefect_environment(settings: Settings) -> None:
    """Point Prefect at the project: its home beside the warehouse, and the server that PREFECT_API_URL names, else one for this run.

    Must run before Prefect is imported, which reads these variables once. Prefect's own messages are kept off the terminal: it
    logs each failure with a traceback, and `_guarded` says the same in a sentence.
    """
    prefect_home = settings.home / ".prefect"
    try:
        prefect_home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"{prefect_home} cannot be made ({error.strerror}): give a folder you may write with --home."
        ) from None
    os.environ.setdefault("PREFECT_HOME", str(prefect_home))
    os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "90")
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")
    os.environ.setdefault("DO_NOT_TRACK", "1")
    os.environ.setdefault("PREFECT_SERVER_ALLOW_EPHEMERAL_MODE", "true")
    end_orphaned_servers(prefect_home)
    stop_at_once_on_signals()


def _start(settings: Settings) -> None:
    """What every run does first: make sure it may write, then set Prefect up and let progress be seen."""
    try:
        settings.warehouse.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(settings.lock_file).acquire(timeout=0):
            pass  # asked for here only to say so at once; the flow holds the lock while it works
    except filelock.Timeout:
        raise LockedError(f"Another run holds {settings.lock_file}; start this one again when that one ends.") from None
    except OSError as error:
        raise ConfigError(f"{settings.warehouse} cannot be written ({error.strerror}): give another --home.") from None
    prefect_environment(settings)
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    logging.getLogger("flows").setLevel(logging.INFO)


@app.command()
@_guarded
def run(
    sources: Annotated[Path, typer.Option(help="A sources.toml.")] = PROJECT_ROOT / "sources.toml",
    home: Home = None,
    only: Annotated[str | None, typer.Option(help="Collect this source alone.")] = None,
    since: Annotated[str | None, typer.Option(help="Collect from this claimed day on (YYYY-MM-DD).")] = None,
    until: Annotated[str | None, typer.Option(help="Collect up to this claimed day.")] = None,
    rebuild: Annotated[bool, typer.Option(help="Build and publish even when nothing is new.")] = False,
    place: Annotated[
        str | None, typer.Option(help="Place whose control the summary tells (default: the most contested).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Fetch, clean, code and load what is new; build and publish the marts; say what happened."""
    settings = read_settings(home)
    days = _day(since), _day(until)
    if not sources.exists():
        raise ConfigError(f"{sources} does not exist; give --sources FILE, or run in the project.")
    check_sides(sources, settings.seeds)  # a wrong file is told at once, not after Prefect has started
    _start(settings)
    err.print(f"sitrep: {sources} -> {settings.warehouse}")
    from flows.pipeline import pipeline  # Prefect takes seconds to import; only runs pay for it

    _draw_anew()
    summary = _summary_of(
        pipeline(str(sources.resolve()), str(settings.home), only, *days, rebuild, place, return_state=True)
    )
    if as_json:
        _print_json(summary.as_dict())
    else:
        _print_summary(summary)


def _draw_anew() -> None:
    """Seed the global generator from the system: thinc sets it to 0 on import, and Prefect draws its server's port from it.

    Two runs started together would else choose one port, and the second lose its server when the first ends.
    """
    random.seed()


def _summary_of(state: Any) -> Any:
    """The RunSummary of a finished flow; a skipped or failed one as the error to tell."""
    if state.name == "Skipped":
        raise LockedError(state.message or "another run holds the warehouse")
    result = state.result(raise_on_failure=False)
    if isinstance(result, SitrepError):
        raise result
    if not state.is_completed():
        raise SitrepError(f"{type(result).__name__}: {result}. Nothing was published; the next run goes on from here.")
    return result


def _print_summary(summary: Any) -> None:
    out.print()
    out.print(
        _table(
            [{"source": s, "articles": n} for s, n in summary.articles_by_source.items()], title="Articles by source"
        )
    )
    names = {
        "dim_articles": "articles", "fct_event_claims": "event claims", "fct_control_claims": "control claims", "fct_events": "events",
        "fct_territory_control": "control intervals", "dim_actors": "actors", "dim_places": "places", "quarantine": "quarantined",
    }  # fmt: skip
    out.print(
        _table(
            [
                {"in the warehouse": label, "rows": summary.counts[t]}
                for t, label in names.items()
                if t in summary.counts
            ]
        )
    )
    out.print("Events by standing: " + (", ".join(f"{n} {s}" for s, n in summary.standings.items()) or "none"))
    if summary.quarantined:
        out.print(_table([dataclasses.asdict(q) for q in summary.quarantined], title="Quarantined, with reasons"))
    for source, why in summary.failed_sources.items():
        out.print(f"[bold]source {_text(source)} failed:[/bold] {_text(why)}")
    out.print("Seconds by stage: " + ", ".join(f"{s} {n:.1f}" for s, n in summary.seconds.items()))
    if summary.answers:
        out.print(f"\n[bold]Who held {_text(summary.answers[0].place)}?[/bold]")
        for a in summary.answers:
            out.print(
                f"  {a.day}: [bold]{_text(a.holder or 'nobody known')}[/bold] ({_text(a.standing)}, since {a.since or 'before the first report'})"
            )
            if a.sentence:
                out.print(f"      {_text(a.sentence)}")
    out.print(f"\n[bold]Disputed facts: {len(summary.disputes)}[/bold]")
    for d in summary.disputes[:12]:
        out.print(f"  {d.fact_id}  {_text(d.what)}")
        if d.against:
            out.print(f"      said by {_text(', '.join(d.said_by))}; denied by {_text(', '.join(d.against))}")
        else:
            out.print(f"      {_text('; '.join(d.said_by))}")
    if len(summary.disputes) > 12:
        out.print(
            f"  ... and {len(summary.disputes) - 12} more: sitrep sql \"from marts.fct_events where standing = 'disputed'\""
        )
    out.print(
        f"\nWarehouse       {summary.build}\nPublished copy  {summary.published}\nReport          {summary.report}"
    )
    verdict = f"{summary.rows_changed} landing rows changed"
    if summary.rows_changed == 0:
        built = "what was waiting is built and published" if "publish" in summary.seconds else "nothing is new"
        verdict = f"{built}, no row was changed"
    out.print(f"[bold]Done: {verdict}.[/bold]")


@app.command()
@_guarded
def serve(
    home: Home = None,
    port: Annotated[int, typer.Option(help="Port of the Prefect server on 127.0.0.1.")] = 4200,
    sources: Annotated[Path | None, typer.Option(help="The sources.toml that the deployments read.")] = None,
) -> None:
    """Start Prefect's server, the work pool, the deployments and a worker; runs until Ctrl-C."""
    from flows.serve import serve_all

    serve_all(read_settings(home), port, sources)


@app.command()
@_guarded
def sql(
    query: Annotated[str | None, typer.Argument(help="A query; without one, a prompt.")] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Query the published copy (read-only). Without a query: a prompt; end each query with a semicolon, leave with Ctrl-D."""
    with reading.open_copy(read_settings(home).published_db) as con:
        con.execute("use marts")
        if query is not None:
            _answer(con, query, as_json)
            return
        out.print("Tables: " + ", ".join(r["name"] for r in reading.rows(con, "show tables")))
        for statement in _statements():
            try:
                _answer(con, statement, as_json)
            except duckdb.Error as error:
                err.print(escape(str(error)))


def _answer(con: duckdb.DuckDBPyConnection, query: str, as_json: bool) -> None:
    rows = reading.rows(con, query)
    if as_json:
        _print_json(rows)
    elif rows and len(rows[0]) > WIDEST_TABLE:
        for number, row in enumerate(rows, 1):
            out.print(f"[bold]row {number}[/bold]")
            for name, value in row.items():
                out.print(f"  {name}: {_text(value)}")
    elif rows:
        out.print(_table(rows))
    else:
        out.print("no rows")


def _statements() -> Iterable[str]:
    pending = ""
    while True:
        try:
            line = input("sitrep> " if not pending else "   ...> ")
        except (EOFError, KeyboardInterrupt):
            out.print()
            return
        pending += line + "\n"
        if line.rstrip().endswith(";"):
            yield pending.strip()
            pending = ""


@app.command()
@_guarded
def control(
    place: Annotated[str, typer.Argument(help="A place, in any spelling, or its id.")],
    day: Annotated[str | None, typer.Argument(help="YYYY-MM-DD; without it, control through time.")] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Who holds PLACE (on DAY), since when, how sure, and the sentences that say so."""
    with reading.open_copy(read_settings(home).published_db) as con:
        answer = reading.control(con, place, _day(day))
    if as_json:
        _print_json(answer)
        return
    out.print(
        f"[bold]{_text(answer.place_name)}[/bold] ({answer.place_id})" + (f" on {answer.day}" if answer.day else "")
    )
    if not answer.intervals:
        out.print("  nobody is known to hold it" + (" on that day" if answer.day else ""))
    for i in answer.intervals:
        notes = [i["standing"], f"{i['n_claims']} claims", f"{i['n_voices']} voices"]
        notes += [f"held since {i['held_from']}"] if i["held_from"] and i["held_from"] != i["valid_from"] else []
        notes += ["inherited from a region"] if i["is_inherited"] else []
        notes += [f"contested by {i['contested_by_names']}"] if i["contested_by_names"] else []
        notes += [f"besieged by {i['besieged_by_names']}"] if i["besieged_by_names"] else []
        until = i["valid_to"] or "still"
        out.print(
            f"  {i['valid_from'] or 'before the first report'} to {until}: [bold]{_text(i['holder_name'] or 'nobody known')}[/bold] ({_text(', '.join(map(str, notes)))})"
        )
    shown = {c["claim_id"]: c for c in answer.claims}.values()
    if shown:
        out.print("The sentences:")
    for c in shown:
        out.print(f"  {c['event_date'] or c['reported_at'].date()} {_text(_claim_in_words(c))}")
        out.print(f'      "{_text(c["evidence"])}"')
        out.print(f"      claim {c['claim_id']}, {_text(c['url'])}")


def _claim_in_words(c: Mapping[str, Any]) -> str:
    voice = c["attributed_to_name"]
    who = f"{voice}, in {c['source_name'] or c['source_id']}" if voice else f"{c['source_name'] or c['source_id']}"
    marks = [c["modality"]] if c["modality"] != "actual" else []
    marks += ["doubted"] if c["is_doubted"] else []
    marks += [c["interest"].replace("_", "-")] if c["interest"] and c["interest"] != "neutral" else []
    return (
        f"{c['holder_name'] or 'somebody'} {c['relation']}"
        + (f" ({', '.join(marks)})" if marks else "")
        + f", says {who}"
    )


@app.command()
@_guarded
def explain(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="An id of an event, claim, article, place or actor.")],
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Everything behind one id: fact, claims, sentences, voices, article, raw record."""
    with reading.open_copy(read_settings(home).published_db) as con:
        found = reading.explain(con, identifier)
    if as_json:
        _print_json(found)
        return
    tree = Tree(f"[bold]{found['kind']} {_text(identifier)}[/bold]")
    for name, value in found["row"].items():
        if value is not None and value != []:
            tree.add(f"{name}: {_text(value)}")
    for key, label in (
        ("claims", "claims"),
        ("control_claims", "control statements"),
        ("intervals", "intervals"),
        ("events", "events"),
    ):
        if not found.get(key):
            continue
        branch = tree.add(f"[bold]{label}[/bold] ({len(found[key])})")
        for row in found[key]:
            branch.add(_row_branch(row))
    for article in found["articles"]:
        branch = tree.add(f"[bold]article[/bold] {_text(article['title'])}")
        for name, value in article.items():
            if value is not None and name != "title":
                branch.add(f"{name}: {_text(value)}")
    out.print(tree)


def _row_branch(row: Mapping[str, Any]) -> Tree:
    head = row.get("claim_id") or row.get("event_id") or row.get("interval_id")
    voice = f" ({_text(row['voice_name'])})" if row.get("voice_name") else ""
    branch = Tree(f"{_text(head)}{voice} {_text(row.get('evidence') or row.get('holder_name') or '')}")
    for name in ("event_type", "event_mode", "relation", "modality", "actor_name", "target_name", "place_name", "holder_name", "event_date", "date_start",
                 "valid_from", "valid_to", "standing", "attributed_to_name", "is_doubted", "interest", "killed_low", "killed_high", "url"):  # fmt: skip
        if row.get(name) is not None:
            branch.add(f"{name}: {_text(row[name])}")
    return branch


@app.command()
@_guarded
def doctor(home: Home = None, as_json: AsJson = False) -> None:
    """Versions, paths, locks, dictionaries, source health: what works and what does not. Exit code 1 when something is wrong."""
    from flows.doctor import examine

    checks = examine(read_settings(home))
    if as_json:
        _print_json(checks)
    else:
        for c in checks:
            out.print(f"{'ok  ' if c.is_ok else '[bold]BAD [/bold]'} {_text(c.name)}: {_text(c.detail)}")
    if not all(c.is_ok for c in checks):
        raise typer.Exit(EXIT_FAILED)


@app.command()
@_guarded
def recode(home: Home = None) -> None:
    """Read every article again with the present coder and dictionaries, then build and publish."""
    settings = read_settings(home)
    _start(settings)
    from flows.recode import recode as recode_flow

    _draw_anew()
    _print_summary(_summary_of(recode_flow(str(settings.home), return_state=True)))


@app.command()
@_guarded
def check(sources: Annotated[Path, typer.Option(help="A sources.toml.")] = PROJECT_ROOT / "sources.toml") -> None:
    """Check sources.toml and the dictionaries without running anything; every problem with file and line."""
    from flows.transform.dictionaries import check_dictionaries

    check_dictionaries(read_settings().seeds)
    declared = check_sides(sources, read_settings().seeds)
    out.print(f"{len(declared)} sources and all dictionaries are well formed")


@app.command()
@_guarded
def docs(home: Home = None) -> None:
    """Write dbt's documentation site (models, columns, tests, lineage) and say where it lies."""
    from flows.transform import docs as write_docs

    out.print(f"{write_docs(read_settings(home))}")


@raw_app.command("verify")
@_guarded
def raw_verify(home: Home = None) -> None:
    """Check every WARC file: member ends, digests, records. Exit code 1 when one is damaged."""
    from flows.fetch import verify_warc

    settings = read_settings(home)
    files = sorted(settings.warc.glob("*.warc.gz"))
    if not files:
        raise NotFoundError(f"{settings.warc} holds no WARC file: nothing was collected there yet.")
    problems = [f"{p.name}: {what}" for p in files for what in verify_warc(p)]
    for problem in problems:
        out.print(_text(problem))
    out.print(f"{len(files)} WARC files, {len(problems)} problems")
    if problems:
        raise typer.Exit(EXIT_FAILED)


def main() -> None:
    """The entry point of the command."""
    app()


if __name__ == "__main__":
    main()
