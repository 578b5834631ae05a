"""One report, one status, everywhere: whatever shows a status shows the same, in both languages."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, get_args
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from pcf.addresses import in_language
from pcf.cli import main
from pcf.document import card, document
from pcf.embed import badge_address, card_address
from pcf.evaluate import Evaluation, Outcome, evaluate
from pcf.fields import Words
from pcf.library import Publisher
from pcf.problems import Language
from pcf.site import Build, build
from pcf.status import Status
from pcf.wording import LANGUAGES, wording
from support import NEW, OLD, R1, Files, base, edited, write
from test_credential import (
    NOBODYS,
    OURS,
    THEIRS,
    keyed,
    of_another_product,
    record_changed_after_signing,
    statement,
    with_edit,
    with_statement,
)
from web import Element, parse_html

PUBLISHER = Publisher(address="https://example.com/carbon", name=Words(en="Products"))
ATOM = "{http://www.w3.org/2005/Atom}"
WITHDRAWAL = b"withdrawn: {date: 2025-04-01, reason: {en: Wrong meter}}\n"


@dataclass(frozen=True)
class Case:
    """Records, the report that is looked at, the day of the build, and what beside its status holds."""

    make: Callable[[], Files]
    also: tuple[Status, ...] = ()
    report: str = OLD
    on: date | None = None


def signed(made: Callable[[], tuple[Files, Any]]) -> Callable[[], Files]:
    return lambda: with_statement(*made())


def unverified() -> Files:
    return edited(keyed(), f"{R1}/statement.yaml", ("kind: verification", "kind: assessment"))


def withdrawn() -> Files:
    return {**keyed(), f"{R1}/review.yaml": keyed()[f"{R1}/review.yaml"] + WITHDRAWAL}


VERIFIED: tuple[Status, ...] = ("verified",)
CASES: dict[Status, Case] = {
    "withdrawn": Case(withdrawn, VERIFIED),
    "superseded": Case(base, ("as-reported",)),
    "statement-not-readable": Case(signed(lambda: (keyed(), {"proof": {}})), VERIFIED),
    "statement-for-another-product": Case(signed(of_another_product), VERIFIED),
    "key-unknown": Case(signed(lambda: (keyed(), statement(keyed(), key=NOBODYS))), VERIFIED),
    "key-of-another-body": Case(signed(lambda: (keyed(), statement(keyed(), key=THEIRS))), VERIFIED),
    "key-withdrawn": Case(signed(lambda: (keyed("withdrawn: 2026-01-01"), statement(keyed()))), VERIFIED),
    "key-not-valid-then": Case(signed(lambda: (keyed(), statement(keyed(), on=date(2023, 12, 31)))), VERIFIED),
    "statement-edited": Case(
        signed(lambda: with_edit(lambda d: d["credentialSubject"].update(issued="2025-01-01"))), VERIFIED
    ),
    "signature-does-not-hold": Case(signed(lambda: (keyed(), statement(keyed(), key=NOBODYS, names=OURS))), VERIFIED),
    "statement-differs": Case(signed(record_changed_after_signing), VERIFIED),
    "changed-since-sealed": Case(
        lambda: edited(keyed(), f"{R1}/inventory.yaml", ("amount: 4.00 kWh", "amount: 4.000 kWh")), VERIFIED
    ),
    "expired": Case(base, ("does-not-reproduce", "verified"), NEW, date(2028, 3, 1)),
    "does-not-reproduce": Case(base, VERIFIED, NEW),
    "as-reported": Case(unverified),
    "verified": Case(keyed),
    "verified-and-signed": Case(signed(lambda: (keyed(), statement(keyed())))),
    "signed": Case(signed(lambda: (unverified(), statement(unverified())))),  # beside as-reported, never alone
}
PUBLISHED = [(status, language) for status in CASES for language in LANGUAGES]


@cache
def made(status: Status) -> tuple[Outcome, Build, Evaluation, dict[str, bytes], tuple[Status, ...]]:
    """The site of a case, its report, the files, and the conditions that must be told, the status first."""
    case = CASES[status]
    outcome = evaluate(case.make(), on=case.on)
    site = build(outcome, PUBLISHER)
    files = {artifact.address: artifact.content for artifact in site.artifacts() if isinstance(artifact.content, bytes)}
    expected: tuple[Status, ...] = ("as-reported", "signed") if status == "signed" else (status, *case.also)
    return outcome, site, outcome.evaluations[case.report], files, expected


def test_every_status_that_can_be_published_has_a_case() -> None:
    assert {*CASES, "draft"} == set(get_args(Status))


@pytest.mark.parametrize("status", CASES)
def test_the_files_of_programs_agree(status: Status) -> None:
    """footprint.json, catalogue.json, catalogue.csv and the index of the catalogue's page."""
    _, _, evaluation, files, expected = made(status)
    page = f"products/{evaluation.id}/"
    footprint = json.loads(files[f"{page}footprint.json"])
    (listed,) = (r for r in json.loads(files["catalogue.json"])["reports"] if r["page"] == page)
    (row,) = (r for r in csv.DictReader(io.StringIO(files["catalogue.csv"].decode("utf-8-sig"))) if r["page"] == page)
    index = json.loads(files["catalogue-index.json"])
    ids = [f"{p}/{r}" for p, r in zip(index["columns"]["product"], index["columns"]["report"], strict=True)]
    code = index["columns"]["status"][ids.index(evaluation.id)]

    assert (footprint["status"], tuple(footprint["conditions"])) == (expected[0], expected)
    assert (listed["status"], tuple(listed["conditions"])) == (expected[0], expected)
    assert row["status"] == index["tables"]["status"][code] == expected[0]
    if evaluation.signature:
        assert footprint["signature"]["fault"] == (None if "signed" in status else status)


@pytest.mark.parametrize(("status", "language"), PUBLISHED)
def test_the_pages_agree(status: Status, language: Language) -> None:
    """The report's page, its row in the catalogue, the facet's option, the pages of its producer and body."""
    _, site, evaluation, _, expected = made(status)
    t = wording(language)
    words = [t(f"status.{name}") for name in expected]
    pages = {page.address: parse_html(page.render()) for page in site.pages() if page.language == language}
    report = pages[f"products/{evaluation.id}/"]

    assert [mark.text for mark in shown(report.one("h2", id="status"), expected[0])] == words[:1]
    also = [e for e in report.find("p", class_="pcf-panel__also") if "hidden" not in e.attributes]
    assert [mark.text for e in also for mark in standing(e)] == words[1:]
    banners = [e for e in report.find("div", class_="pcf-banner") if "hidden" not in e.attributes]
    assert bool(banners) == (
        expected[0] not in ("does-not-reproduce", "as-reported", "verified", "verified-and-signed")
    )
    for banner in banners:
        assert banner.one("strong").text == words[0]
    (category,) = (page for address, page in pages.items() if address.startswith("categories/"))
    rows = [row for row in category.find("div", class_="pcf-list__row") if leads_to(row, evaluation)]
    assert [mark.text for row in rows for mark in shown(row, expected[0])] == words[:1]
    for catalogue in (e for e in pages[""].walk() if "data-index" in e.attributes):  # not of a single report
        assert json.loads(catalogue.attributes["data-words"])["status"][expected[0]] == words[0]
    assert evaluation.report.statement
    body = pages[f"bodies/{evaluation.report.statement.report.body}/"]
    entries = [entry for entry in body.find("li") if leads_to(entry, evaluation)]
    assert [mark.text for entry in entries for mark in shown(entry, expected[0])] == words[:1]


@pytest.mark.parametrize(("status", "language"), PUBLISHED)
def test_what_leaves_the_site_agrees(status: Status, language: Language) -> None:
    """Card, badge, feed, the Markdown edition, the formal report and the picture for sharing."""
    outcome, _site, evaluation, files, expected = made(status)
    t, product = wording(language), evaluation.report.product_id
    words = [t(f"status.{name}") for name in expected]
    frame = parse_html(files[card_address(product, language)].decode())
    badge = ElementTree.fromstring(files[badge_address(product, language)])
    drawn = [element.text for element in badge.iter("{http://www.w3.org/2000/svg}text")]
    on_card = frame.one("p", class_="pcf-card__status")
    (entry,) = (
        e for e in ElementTree.fromstring(files[in_language("feed.xml", language)]).findall(f"{ATOM}entry")
        if e.findtext(f"{ATOM}id", "").endswith(f"products/{evaluation.id}/")
    )  # fmt: skip
    markdown = files[f"{in_language(f'products/{evaluation.id}/', language)}index.md"].decode()
    whole = json.dumps(document(outcome, evaluation, t, "https://example.com/"), ensure_ascii=False, default=str)
    picture = json.dumps(card(outcome, evaluation, t, "card"), ensure_ascii=False, default=str)

    if status == "superseded":  # card and badge are of the report that stands
        assert words[0] not in on_card.text
        assert words[0] not in drawn
    else:
        said = [e.text for e in [*on_card.find("b"), *on_card.find("span", class_="pcf-dot")] if is_standing(e)]
        assert said[0].split(" 2")[0] == words[0]
        assert set(words[1:]) <= set(said)
        assert words[0] in drawn
    assert words[0] in entry.findtext(f"{ATOM}summary", "").split(" · ")
    assert f"**{words[0]}**" in markdown
    for word in words:
        assert word in markdown
        assert word in whole
    assert words[0] in picture
    for name in set(get_args(Status)) - set(expected) - {"draft"}:
        if not any(t(f"status.{name}") in word for word in words):
            assert f"**{t(f'status.{name}')}**" not in markdown
            assert f"status--{name}" not in re.sub(
                r"<[^>]*hidden[^>]*>", "", files[card_address(product, language)].decode()
            )


@pytest.mark.parametrize("status", CASES)
def test_the_command_agrees(status: Status, tmp_path: Path) -> None:
    """``pcf verify``, in both forms and languages; it ends with 0 only where a signed statement can be relied on."""
    case, (*_, expected) = CASES[status], made(status)
    evaluation = made(status)[2]
    root = write(case.make(), tmp_path)
    day = (case.on or date(2026, 1, 2)).isoformat()
    asked = ["verify", case.report, "--root", str(root), "--on", day]
    result = CliRunner().invoke(main, [*asked, "--format", "json"])
    found = json.loads(result.stdout)
    signature = evaluation.signature

    assert (found["status"], tuple(found["conditions"])) == (expected[0], expected)
    assert found["signature"] == ((signature.fault or "signed") if signature else "unsigned")
    assert found["seal_holds"] == ("changed-since-sealed" not in expected)
    assert result.exit_code == (0 if status in ("verified-and-signed", "signed") else 1)
    for language in LANGUAGES:
        t = wording(language)
        said = CliRunner().invoke(main, [*asked, "--language", language])
        assert said.exit_code == result.exit_code
        assert f"  {t(f'status.{expected[0]}')}{t('embed.colon')}{t(f'status_words.{expected[0]}')}\n" in said.stdout
        assert (t("report.withdrawn_on", date="2025-04-01") in said.stdout) == (status == "withdrawn")


def test_a_withdrawn_report_can_no_longer_be_relied_on_though_it_is_signed(tmp_path: Path) -> None:
    files = with_statement(keyed(), statement(keyed()))
    review = f"{R1}/review.yaml"
    asked = ["verify", OLD, "--on", "2026-01-02", "--root"]

    signed_one = CliRunner().invoke(main, [*asked, str(write(files, tmp_path / "signed"))])
    taken_back = CliRunner().invoke(main, [*asked, str(write({**files, review: files[review] + WITHDRAWAL}, tmp_path))])

    assert (signed_one.exit_code, taken_back.exit_code) == (0, 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_formal_report_of_what_is_withdrawn_says_when_and_why(language: Language) -> None:
    """A PDF travels without the site's banner."""
    outcome, _, evaluation, *_ = made("withdrawn")
    t = wording(language)
    whole = json.dumps(document(outcome, evaluation, t, "https://example.com/"), ensure_ascii=False, default=str)

    assert f"{t('report.withdrawn_on', date='2025-04-01')}{t('embed.colon')}Wrong meter" in whole


def is_standing(element: Element) -> bool:
    return "hidden" not in element.attributes


def standing(within: Element) -> list[Element]:
    """The marks of statuses that are to be seen."""
    hidden = [mark for e in within.walk() if not is_standing(e) and e is not within for mark in e.find("span")]
    return [mark for mark in within.find("span", class_="pcf-status") if is_standing(mark) and mark not in hidden]


def shown(within: Element, status: Status) -> list[Element]:
    """The same, which must all have the look of this status."""
    found = standing(within)
    assert all(f"pcf-status--{status}" in mark.attributes["class"].split() for mark in found)
    return found


def leads_to(element: Element, evaluation: Evaluation) -> bool:
    return any(a.attributes.get("href", "").endswith(f"products/{evaluation.id}/") for a in element.find("a"))
