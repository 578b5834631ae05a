"""The demonstration body: its signed record, the guide that walks through it; and nobody takes it for a real one."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from pcf.blocking import blocking
from pcf.cli import main
from pcf.differ import compare, sides
from pcf.document import card, document
from pcf.embed import badge_address, card_address
from pcf.evaluate import evaluate
from pcf.files import read_folder
from pcf.library import Publisher
from pcf.problems import Language
from pcf.reviewmarkdown import markdown
from pcf.signature import multikey_of, private_key
from pcf.site import build
from pcf.wording import LANGUAGES, wording
from support import DEMONSTRATION, DEMONSTRATION_KEY, SIGNED, codes, demonstration, edited
from web import parse_html

ROOT = Path(__file__).parent.parent
BODY = "products/_bodies/demonstration.yaml"
CREDENTIAL = f"products/{SIGNED}/credential.json"
NAMES = {"zh": "演示机构（非真实机构）", "en": "Demonstration body (not a real one)"}
GUIDES: dict[Language, Path] = {"zh": ROOT / "docs/publishing/signing.md", "en": ROOT / "docs/en/publishing/signing.md"}
PUBLISHER = Publisher.model_validate({"address": "https://carbon.example.com/", "name": {"zh": "甲", "en": "A"}})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The demonstration in a repository of its own, as a reader has it."""
    folder = tmp_path / "demonstration"
    shutil.copytree(DEMONSTRATION, folder)
    return folder


def blocks(guide: Path, kind: str) -> list[str]:
    """The fenced blocks of a kind, those within lists left out."""
    return re.findall(rf"^```{kind}\n(.*?)^```", guide.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def told(root: Path, line: str, language: str) -> tuple[int, str]:
    """What a command of the guide prints, run on a copy."""
    words = [word.replace("tests/records/demonstration", str(root)) for word in line.split()]
    assert words[0] == "pcf"
    result = CliRunner().invoke(main, [*words[1:], "--language", language])
    return result.exit_code, result.stdout


def test_its_report_is_verified_and_signed() -> None:
    outcome = evaluate(demonstration(), on=date(2026, 6, 1))

    assert codes(outcome.problems) == []
    assert {name: e.status for name, e in outcome.evaluations.items()} == {SIGNED: "verified-and-signed"}
    signature = outcome.evaluations[SIGNED].signature
    assert signature
    assert signature.demonstration


def test_its_private_key_says_what_it_is() -> None:
    text = DEMONSTRATION_KEY.read_bytes()
    listed = evaluate(demonstration()).catalogue.bodies["demonstration"].keys

    assert text.decode().startswith("DEMONSTRATION KEY - NOT SECRET")
    assert [key.public_key for key in listed] == [multikey_of(private_key(text))]


def test_no_real_body_may_list_its_key() -> None:
    """Everyone could sign in that body's name."""
    real = edited(demonstration(), BODY, ("demonstration: true\n", ""), ("演示机构（非真实机构）", "真言检测中心"))

    assert codes(evaluate(real).problems) == ["R-KEY-PUBLISHED"]


def test_it_is_not_in_the_catalogue_of_this_repository() -> None:
    files, _ = read_folder(ROOT)

    assert not any(b"demonstration: true" in raw or b"z6MkpcuTHYXRAZt" in raw for raw in files.values())


def test_a_review_sees_what_becomes_of_a_signed_statement() -> None:
    """Added, edited, taken away, its key withdrawn: no other file of the report changed, and its status did."""
    whole, path = demonstration(), CREDENTIAL
    without = {name: raw for name, raw in whole.items() if name != path}
    cases = {
        "added": (without, whole, ("verified", "verified-and-signed")),
        "taken away": (whole, without, ("verified-and-signed", "verified")),
        "edited": (
            whole,
            {**whole, path: whole[path].replace(b'"5.000"', b'"4.000"')},
            ("verified-and-signed", "statement-edited"),
        ),
        "key withdrawn": (
            whole,
            edited(whole, BODY, ("valid_from: 2026-01-01", "valid_from: 2026-01-01\n    withdrawn: 2026-04-01")),
            ("verified-and-signed", "key-withdrawn"),
        ),
    }
    for name, (before, after, statuses) in cases.items():
        changes = compare(*sides((before, []), (after, [])))

        (change,) = changes.reports
        assert {"signed-statement", "status"} == set(change.facts), name
        assert change.before
        assert change.after
        assert (change.before.status, change.after.status) == statuses, name
        assert changes.changes_numbers
        assert blocking(changes) == ()
        assert wording("en")("review_fact.signed-statement") in markdown(changes, (), ("en",))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_guide_prints_what_its_commands_print(root: Path, language: Language) -> None:
    """Sign again, verify, change one number and verify again."""
    guide = GUIDES[language]
    signing, verifying = blocks(guide, "sh")
    signs, verifies, fails = blocks(guide, "text")
    before = (root / CREDENTIAL).read_bytes()

    assert told(root, signing, language) == (0, signs)
    assert (root / CREDENTIAL).read_bytes() == before
    assert told(root, verifying, language) == (0, verifies)
    path = f"products/{SIGNED}/inventory.yaml"
    old, new = re.findall(r"`(amount: 4\.\d\d kWh)`", guide.read_text("utf-8"))
    (root / path).write_bytes(edited({path: (root / path).read_bytes()}, path, (old, new))[path])
    code, said = told(root, verifying, language)
    assert code == 1
    assert [line for line in said.splitlines(keepends=True) if line[0] == "✕"] == fails.splitlines(keepends=True)


def test_the_changed_value_is_named_where_git_has_the_sealed_record(root: Path) -> None:
    """As the guide says."""
    git = ("git", "-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "records"]):
        subprocess.run([*git, *words], cwd=root, check=True)
    path = root / f"products/{SIGNED}/inventory.yaml"
    path.write_text(path.read_text("utf-8").replace("4.00 kWh", "4.50 kWh"), "utf-8")

    _, said = told(root, blocks(GUIDES["en"], "sh")[1], "en")

    assert "\n  /stages/2/lines/0/amount: 4.00 kWh → 4.50 kWh\n" in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_guide_shows_the_file_of_the_body(language: Language) -> None:
    (example,) = blocks(GUIDES[language], "yaml")

    assert example.partition("\n")[2].encode() == demonstration()[BODY]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_and_file_of_its_report_says_what_it_is(language: Language) -> None:
    """Report, body, card, badge, PDF, picture, Markdown and feed name it in full; pages have a banner as well."""
    outcome = evaluate(demonstration(), on=date(2026, 6, 1))
    site, evaluation, t = build(outcome, PUBLISHER), outcome.evaluations[SIGNED], wording(language)
    pages = {page.address: parse_html(page.render()) for page in site.pages() if page.language == language}
    files = {a.address: a.content.decode("utf-8", "replace") for a in site.artifacts() if isinstance(a.content, bytes)}
    prefix = "en/" if language == "en" else ""

    for address in (f"products/{SIGNED}/", "bodies/demonstration/"):
        banner = pages[address].one("div", class_="pcf-banner--demonstration")
        assert banner.one("strong").text == t("body.demonstration")
        assert NAMES[language] in pages[address].text
    for text in (
        files[card_address("demo-kettle", language)],
        files[badge_address("demo-kettle", language)],
        files[f"{prefix}products/{SIGNED}/index.md"],
        files[f"{prefix}feed.xml"],
        json.dumps(document(outcome, evaluation, t, "https://example.com/"), ensure_ascii=False, default=str),
        json.dumps(card(outcome, evaluation, t, "card"), ensure_ascii=False, default=str),
    ):
        assert NAMES[language] in text
    assert json.loads(files[f"products/{SIGNED}/footprint.json"])["signature"]["demonstration"] is True
