"""The check of seal and signature in the reader's browser: the same answer as the build's, over the published files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from pcf.credential import judge_statement, proof_options, unsigned
from pcf.evaluate import Evaluation, evaluate
from pcf.files import read_folder
from pcf.signature import multikey_of, new_private_key, private_key, signed
from published import LAMP, RECORDS, Site
from support import DEMONSTRATION, SIGNED
from web import build, make_root, serving, visiting

REPORT = LAMP.removeprefix("products/").rstrip("/")
OURS, THEIRS, NOBODYS = (private_key(new_private_key()) for _ in range(3))
ON = date(2026, 1, 15)


def list_key(root: Path, body: str, key: Any, more: str = "") -> None:
    path = root / f"products/_bodies/{body}.yaml"
    lines = f"keys:\n  - public_key: {multikey_of(key)}\n    valid_from: 2026-01-01\n{more}"
    path.write_text(RECORDS.joinpath(f"_bodies/{body}.yaml").read_text("utf-8") + lines, "utf-8")


def evaluation(root: Path) -> Evaluation:
    return evaluate(read_folder(root)[0]).evaluations[REPORT]


def statement(root: Path, key: Any = OURS, on: date = ON, names: Any = None) -> dict[str, Any]:
    whole, name = evaluation(root), multikey_of(names or key)
    assert whole.report.statement
    assert whole.sealed
    body = evaluate(read_folder(root)[0]).catalogue.bodies[whole.report.statement.report.body]
    return signed(unsigned(whole.report, whole.sealed, body, name, on), key, proof_options(name, on))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tests' records; the lamp's body has the key OURS and has signed, another has THEIRS."""
    root = make_root(tmp_path_factory.mktemp("verify") / "root", RECORDS)
    whole = evaluation(root)
    assert whole.report.statement
    own = whole.report.statement.report.body
    for body in ("guozhen", "north"):
        list_key(root, body, OURS if body == own else THEIRS)
    (root / LAMP / "credential.json").write_text(json.dumps(statement(root)), "utf-8")
    return root


@pytest.fixture(scope="module")
def signed_site(root: Path) -> Site:
    return Site(root, build(root))


@pytest.fixture
def copy(signed_site: Site, tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A copy of the site that a test may tamper with, and its address."""
    shutil.copytree(signed_site.folder, tmp_path / "site")
    with serving(tmp_path / "site") as base:
        yield tmp_path / "site", base


def answers(browser: Browser, base: str, script: str = "", day: date = date(2026, 6, 1)) -> list[str]:
    """The codes that the page gives after the button was pressed, on a day of the reader's."""
    with visiting(browser, base) as visit:
        visit.page.clock.set_fixed_time(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
        if script:
            visit.page.add_init_script(script)
        visit.go(LAMP)
        visit.page.locator("[data-verify] button").click()
        visit.page.locator("[data-code=not_checked]").wait_for()
        found = visit.page.locator("[data-code]").evaluate_all("items => items.map((item) => item.dataset.code)")
        for code in {"insecure", "unsupported"} & {*found}:  # neither good nor bad: nothing was found of the signature
            assert "pcf-check--none" in str(visit.page.locator(f"[data-code={code}]").get_attribute("class"))
        assert visit.troubles() == []
    return [code for code in found if code != "not_checked"]


def test_what_the_body_signed_holds_in_the_browser(browser: Browser, copy: tuple[Path, str]) -> None:
    assert answers(browser, copy[1]) == ["seal-holds", "signed"]


def test_what_has_expired_since_is_said_beside_the_signature(browser: Browser, copy: tuple[Path, str]) -> None:
    """The signature holds; by the reader's day the validity has ended, though the site was built before."""
    assert answers(browser, copy[1], day=date(2026, 6, 30)) == ["seal-holds", "signed"]
    assert answers(browser, copy[1], day=date(2026, 7, 1)) == ["seal-holds", "signed", "expired"]


def test_a_changed_file_is_seen(browser: Browser, copy: tuple[Path, str]) -> None:
    """One digit of sealed.json on the server, or on the way."""
    site, base = copy
    sealed = site / LAMP / "sealed.json"
    text = sealed.read_text("utf-8")
    sealed.write_text(text.replace('"value":"', '"value":"1', 1), "utf-8")

    assert answers(browser, base) == ["seal-differs", "statement-differs"]


def faults(root: Path) -> dict[str, tuple[Any, list[dict[str, Any]] | None]]:
    """For each fault a statement that has it, and the keys that the body has then, if others."""
    good = statement(root)
    key = {"public_key": multikey_of(OURS), "valid_from": "2026-01-01", "valid_to": None, "withdrawn": None}
    about = good["credentialSubject"]
    return {
        "statement-not-readable": ({"proof": {}}, None),
        "statement-for-another-product": ({**good, "credentialSubject": {**about, "product": "other"}}, None),
        "key-unknown": (statement(root, NOBODYS), None),
        "key-of-another-body": (statement(root, THEIRS), None),
        "key-withdrawn": (good, [{**key, "withdrawn": "2026-02-01"}]),
        "key-not-valid-then": (statement(root, on=date(2025, 12, 31)), None),
        "statement-edited": ({**good, "credentialSubject": {**about, "issued": "2020-01-01"}}, None),
        "signature-does-not-hold": (statement(root, NOBODYS, names=OURS), None),
    }


def test_every_fault_is_named_as_the_build_names_it(browser: Browser, root: Path, copy: tuple[Path, str]) -> None:
    site, base = copy
    whole, bodies = evaluation(root), evaluate(read_folder(root)[0]).catalogue.bodies
    assert whole.report.statement
    assert whole.sealed
    own = whole.report.statement.report.body
    listed = json.loads((site / "bodies/keys.json").read_text("utf-8"))
    for fault, (document, keys) in faults(root).items():
        (site / LAMP / "credential.json").write_text(json.dumps(document), "utf-8")
        changed = {**listed, "bodies": {**listed["bodies"], own: keys or listed["bodies"][own]}}
        (site / "bodies/keys.json").write_text(json.dumps(changed), "utf-8")

        assert answers(browser, base) == ["seal-holds", fault]
        if keys is None:
            assert judge_statement(whole.report, whole.sealed, bodies, json.dumps(document).encode()).fault == fault


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("Object.defineProperty(crypto, 'subtle', {value: undefined})", ["insecure"]),
        (
            "crypto.subtle.importKey = () => Promise.reject(new DOMException('Ed25519', 'NotSupportedError'))",
            ["seal-holds", "unsupported"],
        ),
    ],
    ids=["plain-http", "no-ed25519"],
)
def test_what_a_browser_cannot_do_is_never_called_invalid(
    browser: Browser, copy: tuple[Path, str], script: str, expected: list[str]
) -> None:
    assert answers(browser, copy[1], script) == expected


def test_the_demonstration_s_signed_record_holds_in_the_browser(browser: Browser, tmp_path: Path) -> None:
    """The record that the guide walks through, of a body whose pages say that it is none."""
    site = build(make_root(tmp_path / "root", DEMONSTRATION / "products"))
    with serving(site) as base, visiting(browser, base) as visit:
        visit.page.clock.set_fixed_time(datetime(2026, 6, 1, 12, tzinfo=UTC))
        visit.go(f"products/{SIGNED}/")
        visit.page.locator("[data-verify] button").click()
        visit.page.locator("[data-code=not_checked]").wait_for()
        codes = visit.page.locator("[data-code]").evaluate_all("items => items.map((item) => item.dataset.code)")

        assert codes == ["seal-holds", "signed", "not_checked"]
        assert visit.page.locator("[data-code=signed] code").inner_text().startswith("z6Mk")
        assert visit.page.locator(".pcf-banner--demonstration").is_visible()
        assert visit.troubles() == []


def test_the_page_and_the_data_say_who_signed(signed_site: Site) -> None:
    footprint = signed_site.json(LAMP + "footprint.json")

    assert footprint["status"] == "verified-and-signed"
    assert footprint["signature"] == {
        "fault": None, "key": multikey_of(OURS), "signed": "2026-01-15", "demonstration": False,
    }  # fmt: skip
    assert multikey_of(OURS) in signed_site.html(LAMP).one("section", id="verification").text
