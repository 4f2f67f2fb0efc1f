"""Hand-made landing rows and a small dictionary, for tests of the dbt project.

Everything here is invented: the land of Ardania (AR as ISO code of convenience), its army, its rebels and its outlets.
"""

from __future__ import annotations

import shutil
from dataclasses import MISSING, fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from flows.load import ensure_landing, load_batch, write_folder
from flows.names import name_key
from flows.records import LANDING, Article, ControlClaim, EventClaim, Mention, Rejection, stable_id
from flows.settings import PROJECT_ROOT, Settings

NOW = datetime(2020, 6, 1, 12, tzinfo=UTC)

SEEDS = {
    "theatres": (
        "theatre,name,countries,starts_on,ends_on\nardania,Ardania,AR,2011-01-01,\nborduria,Borduria,BO,2011-01-01,\n"
    ),
    "actors": (
        "actor_id,name,kind,country,theatre,description\n"
        "ar_army,Ardanian National Army,armed,AR,ardania,\n"
        "ar_government,Ardanian government,state,AR,ardania,\n"
        "ar_general,Tamas Orlo,person,AR,ardania,\n"
        "ar_front,Northern Front,armed,AR,ardania,\n"
        "ar_rebels,Ardanian rebels,side,AR,ardania,\n"
        "ar_monitor,Ardanian War Monitor,ngo,AR,,\n"
        "bo_rebels,Bordurian rebels,side,BO,borduria,\n"
        "un,United Nations,igo,,,\n"
    ),
    "actor_aliases": (
        "actor_id,alias,alias_kind,theatre,valid_from,valid_to\n"
        "ar_army,ANA,abbreviation,ardania,,\n"
        "ar_army,Ardanian army,name,,,\n"
        "ar_general,Orlo,name,ardania,,\n"
        "ar_rebels,rebels,generic,ardania,,\n"
        "bo_rebels,rebels,generic,borduria,,\n"
        "ar_front,the Front,name,ardania,2015-01-01,2018-01-01\n"
        "ar_monitor,Monitor,abbreviation,ardania,,\n"
        "un,UN,abbreviation,,,\n"
    ),
    "actor_affiliations": (
        "actor_id,parent_actor_id,relation,valid_from,valid_to\n"
        "ar_army,ar_government,side_with,,\n"
        "ar_general,ar_army,part_of,2014-01-01,\n"
        "ar_front,ar_rebels,side_with,,2017-01-01\n"
        "ar_front,ar_government,side_with,2017-01-01,\n"
    ),
    "places": (
        "place_id,name,kind,country,admin1,parent_place_id,latitude,longitude,geonames_id,theatre\n"
        "ar,Ardania,country,AR,,,40.0,20.0,,ardania\n"
        "ar_vale_province,Vale Province,governorate,AR,V,ar,40.5,20.5,,ardania\n"
        "ar_vale,Vale,city,AR,V,ar_vale_province,40.5,20.5,101,ardania\n"
        "ar_korm_airbase,Korm Airbase,airbase,AR,V,ar_vale_province,40.6,20.6,,ardania\n"
        "bo,Borduria,country,BO,,,45.0,25.0,,borduria\n"
    ),
    "place_aliases": "place_id,alias\nar_korm_airbase,Korm base\n",
    "event_types": (
        "event_type,event_mode,quad_class,acled_event_type,acled_sub_event_type,intensity,description\n"
        "ASSAULT,,material_conflict,Battles,Armed clash,-9.0,Physical violence\n"
        "ASSAULT,clash,material_conflict,Battles,Armed clash,-9.0,Two sides fight\n"
        "ASSAULT,airstrike,material_conflict,Explosions/Remote violence,Air/drone strike,-9.5,Strike from the air\n"
        "COERCE,,material_conflict,Strategic developments,Other,-6.0,Coercion\n"
        "COERCE,seize,material_conflict,Battles,Non-state actor overtakes territory,-8.0,Takes territory\n"
        "RETREAT,,verbal_cooperation,Strategic developments,Other,3.0,Yields\n"
        "RETREAT,withdraw,material_cooperation,Strategic developments,Non-violent transfer of territory,3.0,Leaves\n"
    ),
    "source_profiles": (
        "source_id,name,url,country,language,kind,side_actor_id\n"
        "army-herald,Army Herald,https://army-herald.example,AR,en,newspaper,ar_army\n"
        "front-radio,Front Radio,https://front-radio.example,AR,en,radio,ar_front\n"
        "world-wire,World Wire,https://world-wire.example,,en,agency,\n"
    ),
}
"""The small dictionary: file name without ending -> CSV text."""

GAZETTEER = [
    ("gn_101", "Vale", "city", "AR", "V", 40.5, 20.5, 80_000, ["Vale", "Vala"]),
    ("gn_102", "Dorn", "city", "AR", "V", 40.7, 20.7, 9_000, ["Dorn"]),
    ("gn_103", "Dorn", "city", "BO", "B", 45.7, 25.7, 90_000, ["Dorn"]),
    ("gn_104", "Pell", "city", "BO", "B", 45.8, 25.8, 2_000, ["Pell"]),
    ("iso_AR", "Ardania", "country", "AR", None, 40.0, 20.0, 1_000_000, ["Ardania"]),
    ("iso_BO", "Borduria", "country", "BO", None, 45.0, 25.0, 1_000_000, ["Borduria"]),
]


def _filled(row_class: type[Any], values: dict[str, Any]) -> Any:
    """A record with what is given; the rest is empty for its type."""
    empty = {"str": "", "int": 0, "bool": False, "list[str]": [], "list[int]": []}
    complete = {}
    for declared in fields(row_class):
        if declared.name in values:
            complete[declared.name] = values.pop(declared.name)
        elif declared.default is MISSING:
            complete[declared.name] = empty.get(str(declared.type))
    if values:
        raise TypeError(f"{row_class.__name__} has no {sorted(values)}")
    return row_class(**complete)


def article(
    name: str, outlet: str = "world-wire", day: date | None = date(2016, 5, 10), version: int = 1, **more: Any
) -> Article:
    """An article at https://<outlet>.example/<name>; `version` 2 is a later version of the same article."""
    url = f"https://{outlet}.example/{name}"
    article_id = stable_id(url)
    values: dict[str, Any] = {
        "article_id": article_id,
        "version_id": stable_id(article_id, version),
        "source_id": outlet,
        "outlet_id": outlet,
        "url": url,
        "title": name,
        "text": f"Report {name} of {outlet}.",
        "language": "en",
        "word_count": 4,
        "published_at": datetime(day.year, day.month, day.day, 8, tzinfo=UTC) if day else None,
        "published_precision": "time" if day else None,
        "reported_date": day,
        "text_digest": stable_id(name, outlet, version),
        "signature": [int(stable_id(name, outlet, n)[:6], 16) for n in range(64)],
        "warc_file": "batch.warc.gz",
        "batch_id": "b1",
        "fetched_at": NOW.replace(hour=version),
    }
    return _filled(Article, values | more)


def _claim(row_class: type[Any], of: Article, slots: tuple[str, ...], evidence: str, values: dict[str, Any]) -> Any:
    for slot in slots:
        text = values.get(f"{slot}_text")
        values.setdefault(f"{slot}_antecedent", text)
    values = {
        "claim_id": stable_id(of.version_id, evidence, str(sorted(values.items(), key=str))),
        "version_id": of.version_id,
        "article_id": of.article_id,
        "sentence_no": 1,
        "evidence": evidence,
        "modality": "actual",
        "coder_version": "test",
    } | values
    return _filled(row_class, values)


def event_claim(of: Article, event: str, **values: Any) -> EventClaim:
    """An event claim; `event` is TYPE or TYPE:mode, texts are given as actor_text, target_text, place_text ..."""
    event_type, _, mode = event.partition(":")
    values |= {"event_type": event_type, "event_mode": mode or None}
    claim: EventClaim = _claim(EventClaim, of, ("actor", "target", "place", "attributed_to"), f"Event {event}.", values)
    return claim


def control_claim(of: Article, relation: str, place: str, holder: str | None, **values: Any) -> ControlClaim:
    """A control claim: `holder` `relation` `place`."""
    values |= {"relation": relation, "place_text": place, "holder_text": holder}
    claim: ControlClaim = _claim(
        ControlClaim, of, ("place", "holder", "from", "attributed_to"), f"{holder} {relation} {place}.", values
    )
    return claim


def mention(of: Article, text: str, kind: str) -> Mention:
    """A name mentioned in an article."""
    values = {
        "mention_id": stable_id(of.version_id, text, kind),
        "version_id": of.version_id,
        "article_id": of.article_id,
        "mention_text": text,
        "antecedent": text,
        "kind": kind,
    }
    row: Mention = _filled(Mention, values)
    return row


def rejection(reason: str, outlet: str = "world-wire") -> Rejection:
    """A quarantine row."""
    values = {
        "rejection_id": stable_id(reason, outlet),
        "stage": "clean",
        "reason": reason,
        "detail": "Made for a test.",
        "source_id": outlet,
        "batch_id": "b1",
        "rejected_at": NOW,
    }
    row: Rejection = _filled(Rejection, values)
    return row


def project_with_small_dictionary(folder: Path) -> Path:
    """A copy of the dbt project whose seeds are the small dictionary; files that it has not are empty."""
    project = folder / "dbt_project"
    shutil.copytree(
        PROJECT_ROOT / "dbt_project", project, ignore=shutil.ignore_patterns("*.csv", "target", "logs", "dbt_packages")
    )
    for path in (PROJECT_ROOT / "dbt_project" / "seeds").glob("*.csv"):
        header = path.read_text(encoding="utf-8").split("\n", 1)[0] + "\n"
        (project / "seeds" / path.name).write_text(SEEDS.get(path.stem, header), encoding="utf-8")
    return project


def fill_landing(settings: Settings, *rows: Any, batch_id: str = "b1") -> None:
    """Load records of any landing class, and the small gazetteer, into the build database of `settings`."""
    ensure_landing(settings.build_db)
    tables: dict[str, tuple[type[Any], list[Any]]] = {}
    for name, (row_class, _) in LANDING.items():
        chosen = [r for r in rows if type(r) is row_class]
        if chosen:
            tables[name] = (row_class, chosen)
    folder = settings.home / "rows" / batch_id
    folder.parent.mkdir(parents=True, exist_ok=True)
    write_folder(folder, tables)
    load_batch(settings.build_db, batch_id, [folder], coder_version="test", source_id=None, now=NOW)
    with duckdb.connect(str(settings.build_db)) as con:
        places = [(*place, [name_key(name) for name in place[-1]]) for place in GAZETTEER]
        con.execute("delete from landing.gazetteer")
        con.executemany(f"insert into landing.gazetteer values ({', '.join('?' * 10)})", places)
