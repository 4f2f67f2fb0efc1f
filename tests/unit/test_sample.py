"""The bundled sample and the server that brings it: what it holds, what it answers, that it is nobody else's text."""

from __future__ import annotations

import html
import http.client
import json
import re
import socket
import tomllib
from collections.abc import Iterator
from datetime import date
from email.utils import formatdate
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from flows.errors import ConfigError
from flows.sample import SAMPLE, SITES, SampleServer, serve_sample, serve_sample_for
from flows.settings import PROJECT_ROOT
from flows.sources import read_sources

SHARED = PROJECT_ROOT.parent / "shared"
NO_ARTICLES = ("category/reports.html", "index.html", "index.htm", "2018/07/gallery.html")
EAST, TRIPOLI, SAHARA = "www.eastdispatch.example", "www.tripolicourier.example", "www.saharapress.example"
MERIDIAN, FEZZAN, COURRIER = "www.meridianwire.example", "www.fezzanvoice.example", "www.courrier-med.example"
MINBAR = "www.minbar-alwaha.example"


@pytest.fixture(scope="module")
def server() -> Iterator[SampleServer]:
    with serve_sample() as running:
        yield running


def ask(
    server: SampleServer, host: str, path: str, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    try:
        connection.request(method, path, headers={"Host": host, **{k.replace("_", "-"): v for k, v in headers.items()}})
        answer = connection.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def pages() -> list[Path]:
    return sorted(
        p
        for p in SITES.rglob("*.htm*")
        if not p.relative_to(SITES).as_posix().endswith(NO_ARTICLES) and p.stat().st_size
    )


def visible_text(page: Path) -> str:
    raw = page.read_bytes()
    charset = re.search(rb"charset=[\"']?([\w-]+)", raw)
    text = raw.decode(charset.group(1).decode() if charset else "utf-8")
    return html.unescape(re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", text, flags=re.DOTALL))


# --- the server ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "path", "content_type", "inside"),
    [
        (EAST, "/2017/06/jufra-airbase-taken.html", "text/html", "found it empty"),
        (EAST, "/2017/06/jufra-airbase-taken.html?utm_source=rss&utm_medium=feed", "text/html", "found it empty"),
        (EAST, "/feed.rss", "application/rss+xml", "<rss"),
        (TRIPOLI, "/news/gharyan-retaken", "text/html; charset=utf-8", "Volcano of Rage"),
        (TRIPOLI, "/feed.atom", "application/atom+xml", "http://www.w3.org/2005/Atom"),
        (SAHARA, "/sitemap.xml", "application/xml", "<sitemapindex"),
        (SAHARA, "/en/2017/06/02/11040", "text/html", "Waddan"),
        (COURRIER, "/en/libye/article-derna-daech-88123.php", "text/html; charset=windows-1252", "al-Fatayeh"),
        (FEZZAN, "/sabha/2019-02-01-army-in-sabha.htm", "text/html", "charset=iso-8859-1"),
        (FEZZAN, "/", "text/html", "Fezzan Voice"),
        (EAST, "/robots.txt", "text/plain; charset=utf-8", "User-agent"),
    ],
)
def test_each_host_answers_with_its_own_pages(
    server: SampleServer, host: str, path: str, content_type: str, inside: str
) -> None:
    status, headers, body = ask(server, host, path)
    assert (status, headers["content-type"]) == (200, content_type)
    assert inside in body.decode("latin-1")
    assert int(headers["content-length"]) == len(body)


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("www.nobody.example", "/"),
        (EAST, "/2019/08/a-visit-to-the-front.html"),
        (EAST, "/news/gharyan-retaken"),  # another outlet's page
        (EAST, "/../www.tripolicourier.example/feed.atom"),
        (EAST, "/%2e%2e/www.tripolicourier.example/feed.atom"),
        (EAST, "/..%2f..%2fanswers.toml"),
        (COURRIER, "/_headers"),
        (EAST, "/a%00b"),
        (EAST, "/" + "x" * 5_000),
    ],
)
def test_what_is_not_there_is_404(server: SampleServer, host: str, path: str) -> None:
    assert ask(server, host, path)[0] == 404


def test_the_host_counts_whatever_its_case_and_port(server: SampleServer) -> None:
    assert ask(server, f"{EAST.upper()}:{server.port}", "/feed.rss")[0] == 200


def test_an_unchanged_page_is_304_by_tag_and_by_date_and_a_changed_one_is_not(tmp_path: Path) -> None:
    page = tmp_path / "www.a.example" / "page.html"
    page.parent.mkdir()
    page.write_text("<p>first</p>")
    with serve_sample(tmp_path) as server:
        status, headers, body = ask(server, "www.a.example", "/page")
        assert (status, body) == (200, b"<p>first</p>")
        known = {"If_None_Match": headers["etag"], "If_Modified_Since": headers["last-modified"]}
        status, again, body = ask(server, "www.a.example", "/page", **known)
        assert (status, body, again["etag"]) == (304, b"", headers["etag"])
        assert ask(server, "www.a.example", "/page", If_None_Match=f'"x", W/{headers["etag"]}')[0] == 304
        assert ask(server, "www.a.example", "/page", If_Modified_Since=headers["last-modified"])[0] == 304
        assert ask(server, "www.a.example", "/page", If_Modified_Since=formatdate(0, usegmt=True))[0] == 200
        assert ask(server, "www.a.example", "/page", If_Modified_Since="the other day")[0] == 200
        page.write_text("<p>second</p>")
        status, changed, body = ask(server, "www.a.example", "/page", If_None_Match=headers["etag"])
        assert (status, body) == (200, b"<p>second</p>")
        assert changed["etag"] != headers["etag"]


def test_one_connection_serves_many_requests_of_several_kinds(server: SampleServer) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    for method, path, status in (
        ("HEAD", "/feed.rss", 200), ("GET", "/nothing", 404), ("GET", "/feed.rss", 200)
    ):  # fmt: skip
        connection.request(method, path, headers={"Host": EAST})
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == status
        assert bool(body) == (method == "GET")
    connection.close()


def test_a_redirect_leads_to_the_article(server: SampleServer) -> None:
    status, headers, _ = ask(server, MERIDIAN, "/r/2018-06-21")
    assert (status, headers["location"]) == (301, "/article/libya-oilports-2018-06-21")
    assert ask(server, MERIDIAN, headers["location"])[0] == 200


def test_noise_on_the_line_neither_stops_nor_prints(server: SampleServer, capfd: pytest.CaptureFixture[str]) -> None:
    for noise in (b"", b"\x16\x03\x01\x02\x00\x01", b"GET\r\n\r\n", b"GET / HTTP/1.1\r\n", b"BREW / HTTP/1.1\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", server.port), timeout=5) as line:
            line.sendall(noise)
    assert ask(server, EAST, "/feed.rss")[0] == 200
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_the_server_is_gone_after_the_block_and_its_port_can_be_chosen() -> None:
    with serve_sample() as first:
        port = first.port
        with pytest.raises(ConfigError, match=str(port)), serve_sample(port=port):
            pass
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), timeout=2)


def test_a_folder_without_sites_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="holds no site"), serve_sample(tmp_path):
        pass
    with pytest.raises(ConfigError, match="holds no site"), serve_sample(tmp_path / "absent"):
        pass
    (tmp_path / "www.a.example").mkdir()
    (tmp_path / "www.a.example" / "_redirects").write_text("# old\n/only-one\n")
    with pytest.raises(ConfigError, match=r"_redirects:2"), serve_sample(tmp_path):
        pass


def test_routes_are_given_to_sources_of_the_sample_and_to_no_other(tmp_path: Path) -> None:
    declared = read_sources(PROJECT_ROOT / "sources.toml")
    with serve_sample_for(declared) as routes:
        assert set(routes) == {EAST, TRIPOLI, SAHARA, MERIDIAN, FEZZAN, COURRIER, MINBAR}
        assert {address for address, _ in routes.values()} == {"127.0.0.1"}
    with serve_sample_for([s for s in declared if s.id == "fezzan-voice"]) as routes:  # a local list of sample pages
        assert FEZZAN in routes
    with serve_sample_for(read_sources(PROJECT_ROOT / "sources.live.toml")) as routes:
        assert routes == {}
    with serve_sample_for(declared, tmp_path / "absent") as routes:
        assert routes == {}


# --- what the sample holds ------------------------------------------------------------------------------------------


def test_there_are_enough_articles_of_enough_outlets() -> None:
    found = pages()
    assert len(found) >= 24
    assert len({p.relative_to(SITES).parts[0] for p in found}) >= 6
    lengths = sorted(len(visible_text(p).split()) for p in found)
    assert lengths[len(lengths) // 2] >= 200


def test_pages_are_in_the_encoding_they_declare() -> None:
    declared = {}
    for page in pages():
        raw = page.read_bytes()
        charset = re.search(rb"charset=[\"']?([\w-]+)", raw)
        assert charset, page
        name = charset.group(1).decode().lower()
        raw.decode(name)
        declared.setdefault(name, []).append(raw)
    assert set(declared) == {"utf-8", "windows-1252", "iso-8859-1"}
    for name in ("windows-1252", "iso-8859-1"):  # real characters beyond ASCII, and no UTF-8 by chance
        for raw in declared[name]:
            assert any(byte > 127 for byte in raw)
            with pytest.raises(UnicodeDecodeError):
                raw.decode("utf-8")


def test_the_hard_cases_are_there() -> None:
    text = {p.relative_to(SITES).as_posix(): visible_text(p) for p in pages()}
    assert len(re.findall(r"[\u0600-\u06ff]", text[f"{MINBAR}/akhbar/2017/06/04/jufra.html"])) > 500
    assert sum("This article is for subscribers" in t for t in text.values()) == 1
    syndicated = [name for name, t in text.items() if "a moment that would go down in history" in t]
    assert {name.split("/")[0] for name in syndicated} == {EAST, TRIPOLI, SAHARA}
    assert sum("the rumour" in t for t in text.values()) >= 1
    assert sum("Correction:" in t for t in text.values()) >= 1
    assert "published 27/04/2016" in text[f"{COURRIER}/en/libye/article-derna-daech-88123.php.html"]
    assert "Derna, 20 April 2016" in text[f"{COURRIER}/en/libye/article-derna-daech-88123.php.html"]


def test_every_link_of_a_feed_sitemap_or_list_leads_to_a_page_except_the_bad_ones(server: SampleServer) -> None:
    links = [
        e.text for e in ElementTree.parse(SITES / EAST / "feed.rss").iter("link") if "/20" in (e.text or "")
    ]  # fmt: skip
    links += [e.text for e in ElementTree.parse(SITES / MERIDIAN / "africa" / "libya.rss").iter("link")][1:]
    links += [e.text for e in ElementTree.parse(SITES / COURRIER / "en" / "libye.rss").iter("link")][1:]
    atom = "{http://www.w3.org/2005/Atom}"
    for host in (TRIPOLI, MINBAR):
        for entry in ElementTree.parse(SITES / host / "feed.atom").iter(f"{atom}entry"):
            links += [e.get("href") for e in entry.iter(f"{atom}link")]
    for sitemap in sorted((SITES / SAHARA / "sitemaps").glob("*.xml")):
        links += [e.text for e in ElementTree.parse(sitemap).iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    lines = (SAMPLE / "lists" / "fezzan_voice.txt").read_text("utf-8").splitlines()
    links += [line for line in lines if line and not line.startswith("#")]
    answers = {}
    for link in links:
        parts = urlsplit(str(link))
        status, _, body = ask(server, parts.netloc, parts.path + (f"?{parts.query}" if parts.query else ""))
        answers[str(link)] = "empty" if status == 200 and not body else status
    bad = {urlsplit(link).path: answer for link, answer in answers.items() if answer not in (200, 301)}
    assert bad == {"/2019/08/a-visit-to-the-front.html": 404, "/2018/07/gallery.html": "empty"}
    assert len({f"{urlsplit(link).netloc}{urlsplit(link).path}" for link in links}) >= 40 < len(links)


def test_robots_closes_one_page_that_its_feed_offers() -> None:
    robots = (SITES / TRIPOLI / "robots.txt").read_text("utf-8")
    assert "Disallow: /members/" in robots
    assert (SITES / TRIPOLI / "feed.atom").read_text("utf-8").count("/members/") >= 1


def test_the_table_has_three_good_rows_one_cut_off_and_one_without_text() -> None:
    good, empty, bad = [], 0, 0
    for line in (SAMPLE / "tables" / "gulf_desk.jsonl").read_text("utf-8").splitlines():
        try:
            row = json.loads(line)
        except json.JSONDecodeError:
            bad += 1
            continue
        if row["text"]:
            good.append(row)
        else:
            empty += 1
    assert (len(good), empty, bad) == (3, 1, 1)
    assert {row["source"] for row in good} == {"Gulf of Sidra Notebook", "Misrata Evening Post"}


def test_the_sources_are_of_opposed_sides_and_of_every_kind_but_archives() -> None:
    declared = read_sources(PROJECT_ROOT / "sources.toml")
    assert {s.kind for s in declared} == {"feed", "sitemap", "urls", "folder", "table"}
    assert {"ly_lna", "ly_gna", None} == {s.side for s in declared}
    folder = next(s for s in declared if s.kind == "folder")
    assert isinstance(folder.published, dict)
    assert set(folder.published) == {p.name for p in (SAMPLE / "folder" / "libya_conflict_monitor").glob("*.txt")}


def test_the_answers_rest_on_articles_of_the_sample() -> None:
    with (SAMPLE / "answers.toml").open("rb") as file:
        questions = tomllib.load(file)["question"]
    assert len(questions) >= 12
    assert sum("Al Jufra" in q["place"] for q in questions) >= 3
    rows = (SAMPLE / "tables" / "gulf_desk.jsonl").read_text("utf-8")
    for question in questions:
        assert set(question) <= {"place", "date", "holder", "not", "basis", "why"}
        assert isinstance(question["date"], date)
        assert question["holder"]
        assert not set(question["holder"]) & set(question.get("not", []))
        for basis in question["basis"]:
            parts = urlsplit(basis)
            site = SITES / parts.netloc / parts.path.lstrip("/")
            known = (
                (site.is_file() or site.with_name(f"{site.name}.html").is_file())
                if parts.scheme and (SITES / parts.netloc).is_dir()
                else basis in rows or (SAMPLE / "folder" / basis.replace("-", "_", 2)).is_file()
            )
            assert known, basis


# --- whose words they are --------------------------------------------------------------------------------------------


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def runs(words: list[str], length: int = 14) -> set[tuple[str, ...]]:
    return {tuple(words[i : i + length]) for i in range(len(words) - length + 1)}


def test_no_text_shares_fourteen_words_in_a_row_with_the_collected_ones() -> None:
    sources = [p for p in (SHARED / "corpora", SHARED / "pages", SHARED / "gold", SHARED / "seeds") if p.is_dir()]
    if not sources:
        pytest.skip("the collected articles are not beside this project")
    ours = {p: runs(words_of(visible_text(p))) for p in pages()}
    for path in (*(SAMPLE / "folder").rglob("*.txt"), *(SAMPLE / "tables").glob("*.jsonl")):
        ours[path] = runs(words_of(path.read_text("utf-8")))
    every = set().union(*ours.values())
    shared, n_words = set(), 0
    for folder in sources:
        for path in folder.rglob("*"):
            if path.suffix in {".txt", ".json", ".jsonl", ".html", ".htm"}:
                text = path.read_bytes().decode("utf-8", "replace").replace("\\n", " ")
                words = words_of(html.unescape(re.sub(r"<[^>]+>", " ", text)))
                n_words += len(words)
                shared |= {run for i in range(len(words) - 13) if (run := tuple(words[i : i + 14])) in every}
    assert n_words > 1_000  # the comparison read something
    assert not {str(p): [" ".join(r) for r in found & shared] for p, found in ours.items() if found & shared}
