"""The Atom feed: new and changed reports, with dates of the records and never of the clock."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree

import pytest

from pcf import feed as module
from pcf.evaluate import Outcome, evaluate
from pcf.wording import LANGUAGES
from support import NEW, OLD, R1, R2, SITE, base, published_file

ATOM = "{http://www.w3.org/2005/Atom}"
PREFIX = {"zh": "", "en": "en/"}


def read(outcome: Outcome, language: str) -> bytes:
    return published_file(outcome, f"{PREFIX[language]}feed.xml")


def entries(outcome: Outcome, language: str = "en") -> list[ElementTree.Element]:
    root = ElementTree.fromstring(read(outcome, language))
    return root.findall(f"{ATOM}entry")


def texts(elements: list[ElementTree.Element], tag: str) -> list[str]:
    return [element.findtext(f"{ATOM}{tag}", "") for element in elements]


def reviewed(report: str, more: str) -> Outcome:
    files = base()
    path = f"products/{report}/review.yaml"
    return evaluate({**files, path: files[path] + more.encode("utf-8")})


CHANGE = "changes:\n  - date: 2026-01-05\n    words: {zh: 改正地址, en: Address corrected}\n"
WITHDRAWAL = "withdrawn: {date: 2026-02-01, reason: {zh: 抄录有误, en: Transcribed wrongly}}\n"


def test_the_newest_report_comes_first_by_its_date_of_issue() -> None:
    """Midnight UTC, since records know days; the feed is as new as its newest entry."""
    for language in LANGUAGES:
        root = ElementTree.fromstring(read(evaluate(base()), language))
        found = root.findall(f"{ATOM}entry")
        assert texts(found, "published") == texts(found, "updated") == ["2025-03-01T00:00:00Z", "2024-03-01T00:00:00Z"]
        assert root.findtext(f"{ATOM}updated") == "2025-03-01T00:00:00Z"


def test_a_change_or_withdrawal_brings_a_report_to_the_top_under_its_old_id() -> None:
    """The latest of issue, changes and withdrawal is its date, and the summary says what happened."""
    before = dict(zip(texts(entries(evaluate(base())), "title"), texts(entries(evaluate(base())), "id"), strict=True))
    changed = entries(reviewed(OLD, CHANGE))
    assert texts(changed, "updated")[0] == "2026-01-05T00:00:00Z"
    assert texts(changed, "published")[0] == "2024-03-01T00:00:00Z"
    assert "2026-01-05 Address corrected" in texts(changed, "summary")[0]
    withdrawn = entries(reviewed(OLD, CHANGE + WITHDRAWAL))
    assert texts(withdrawn, "updated")[0] == "2026-02-01T00:00:00Z"
    assert "Withdrawn" in texts(withdrawn, "summary")[0]
    assert "Transcribed wrongly" in texts(withdrawn, "summary")[0]
    for found in (changed, withdrawn):
        assert dict(zip(texts(found, "title"), texts(found, "id"), strict=True)) == before


def test_an_entry_says_what_a_reader_decides_by() -> None:
    """Declared total, per what, boundary, what it leaves out, body and status, and links to both editions."""
    (newest, _) = entries(evaluate(base()))
    summary = newest.findtext(f"{ATOM}summary", "")
    for part in ("Declared: 3.68 kgCO₂e", "per 1 kettle", "Cradle to grave", "Not included: Use", "Does not reproduce"):
        assert part in summary
    links = {(link.get("rel"), link.get("hreflang")): link.get("href") for link in newest.findall(f"{ATOM}link")}
    assert links == {
        ("alternate", "en"): f"{SITE}en/products/{NEW}/",
        ("alternate", "zh-CN"): f"{SITE}products/{NEW}/",
        ("related", None): f"{SITE}products/{NEW}/footprint.json",
    }


def test_both_feeds_have_the_same_ids_which_are_permanent_addresses() -> None:
    """Who follows both is told once; the feeds themselves differ."""
    ids = [texts(entries(evaluate(base()), language), "id") for language in LANGUAGES]
    assert ids[0] == ids[1] == [f"{SITE}products/{NEW}/", f"{SITE}products/{OLD}/"]
    roots = [ElementTree.fromstring(read(evaluate(base()), language)) for language in LANGUAGES]
    assert [root.findtext(f"{ATOM}id") for root in roots] == [f"{SITE}feed.xml", f"{SITE}en/feed.xml"]


def test_drafts_are_not_told_and_an_empty_catalogue_is_still_a_feed() -> None:
    """The feed must have a date; without a report it is the first of all."""
    files = base()
    del files[f"{R1}/statement.yaml"], files[f"{R2}/statement.yaml"]
    root = ElementTree.fromstring(read(evaluate(files), "en"))
    assert root.findall(f"{ATOM}entry") == []
    assert root.findtext(f"{ATOM}updated") == "1970-01-01T00:00:00Z"


def test_the_feed_ends_at_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest stay."""
    assert module.LENGTH == 100
    monkeypatch.setattr(module, "LENGTH", 1)
    assert texts(entries(evaluate(base())), "id") == [f"{SITE}products/{NEW}/"]


def test_the_day_of_a_change_is_the_latest_whatever_its_place() -> None:
    """Changes need not be in order in the record."""
    older = CHANGE + "  - date: 2025-12-01\n    words: {zh: 甲, en: First}\n"
    assert module.changed(reviewed(NEW, older).evaluations[NEW]) == date(2026, 1, 5)
