"""Who, to whom, where: arguments of events that grammar alone does not give, in sentences on various wars."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.coding import Coder, code_article, load_coder
from flows.load.gazetteer import build_gazetteer
from flows.records import Article, EventClaim, stable_id
from flows.settings import PROJECT_ROOT, Settings


@pytest.fixture(scope="module")
def coder(tmp_path_factory: pytest.TempPathFactory) -> Coder:
    settings = Settings(home=PROJECT_ROOT)
    gazetteer: Path = settings.gazetteer
    if not gazetteer.exists():
        gazetteer = tmp_path_factory.mktemp("reference") / "gazetteer.parquet"
        build_gazetteer(gazetteer)
    return load_coder(settings.model, settings.seeds, gazetteer)


def claims(coder: Coder, text: str, title: str | None = None) -> list[EventClaim]:
    now = datetime(2024, 5, 2, tzinfo=UTC)
    article = Article(
        version_id=stable_id(text),
        article_id=stable_id(text),
        source_id="test",
        outlet_id="test",
        url="https://example.org/a",
        title=title,
        text=text,
        language="en",
        published_at=now,
        published_text=None,
        published_precision="day",
        reported_date=now.date(),
        warc_file="",
        warc_offset=0,
        record_id="",
        batch_id="test",
        fetched_at=now,
    )
    return list(code_article(coder, article).event_claims)


def one(coder: Coder, text: str, event_type: str, title: str | None = None) -> EventClaim:
    found = [c for c in claims(coder, text, title) if c.event_type == event_type]
    assert found, f"no {event_type} in {text!r}"
    return found[-1]
