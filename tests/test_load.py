"""Reading a catalogue: names that can be addresses, and nothing lost beside what is broken."""

from __future__ import annotations

import pytest

from pcf.check import folder_of
from pcf.evaluate import evaluate
from pcf.fields import is_id
from support import FACTORS, NEW, OLD, PRODUCT, R1, R2, base, codes, edited

IDS = ["bxs2", "acme-kettle", "t410267-4", "2024", "a", "a" * 64]
NO_IDS = [
    "", "a" * 65, "A", "Bxs2", "a_b", "a.b", "a b", "a--b", "-a", "a-", "..", "../x", "a/b", "/abs", ".x", "a\n", "a\0",
    "计量箱", "ａ", "é", "e\u0301", "index", "readme", "assets", "search", "404", "en", "templates",
    "con", "prn", "aux", "nul", "com1", "lpt9",
]  # fmt: skip


def test_an_id_is_a_name_on_every_system_and_in_every_address() -> None:
    """Lower-case ASCII, digits and single hyphens, 64 at most, no word that the site or Windows means something by."""
    assert [name for name in IDS if not is_id(name)] == []
    assert [name for name in NO_IDS if is_id(name)] == []


@pytest.mark.parametrize(
    ("number", "folder"),
    [("T410267-4", "t410267-4"), ("CFP/2025 No. 7", "cfp-2025-no-7"), ("(2025)-001", "2025-001"), ("报告一", "")],
)
def test_a_report_number_gives_the_name_of_its_folder(number: str, folder: str) -> None:
    """Lower case, a hyphen for all that an address cannot hold; a number of other letters asks for nothing."""
    assert folder_of(number) == folder


LINKS = ["https://lab.example", "https://lab.example:8443/a/b?c=d&e=%E7%94%B2#f", "https://xn--fiq228c.example/"]
NO_LINKS = [
    "https://", "https:lab.example", "//lab.example/", "ftp://lab.example/", "HTTP://lab.example/", "data:text/html,x",
    "https://@lab.example/", "https://a:b@lab.example/", "https://lab.example:port/", "https://[/",
    "https://lab .example", "https://lab.example\\\\@evil.example/", "java\\nscript:alert(1)",
]  # fmt: skip


def link(text: str) -> list[str]:
    files = edited(base(), FACTORS, ("https://lab.example/2024", f'"{text}"'))
    return codes(evaluate(files).problems)


def test_a_link_is_https_to_a_host_and_nothing_else() -> None:
    """No other scheme, no user before the host, no space or letter that needs guessing."""
    assert [text for text in LINKS if link(text) != []] == []
    assert [text for text in NO_LINKS if link(text) != ["S-LINK"]] == []


def test_a_text_is_kept_as_written() -> None:
    """What YAML 1.1 would read as number, date or truth is the model's name here."""
    for model in ("1.10", "1.0e+5", "0777", "NO", "2024-01-01", "12:30", "true", '"#3"', "'~'"):
        files = edited(base(), PRODUCT, ("model: K1", f"model: {model}"))

        assert evaluate(files).evaluations[NEW].report.product.model == model.strip("\"'")


def test_words_keep_their_paragraphs() -> None:
    """A block is paragraphs, and lines within one run together."""
    block = "assumptions:\n    en: |\n      First line,\n      and on.\n\n      Second paragraph."
    files = edited(base(), f"{R2}/inventory.yaml", ("assumptions: {zh: 无, en: None}", block))

    assert evaluate(files).evaluations[NEW].report.inventory.method.assumptions.en == (
        "First line, and on.\n\nSecond paragraph."
    )


def test_what_is_broken_leaves_the_rest_whole() -> None:
    """The other report is computed, and nothing of the broken one is."""
    files = edited(base(), f"{R1}/inventory.yaml", ("4.00 kWh", "4.00 kwh"))
    outcome = evaluate(files)

    assert list(outcome.evaluations) == [NEW]
    assert OLD not in outcome.catalogue.reports


def test_a_broken_product_takes_its_reports_with_it() -> None:
    """A report cannot stand without knowing what it is of; the problem is told once."""
    outcome = evaluate(edited(base(), PRODUCT, ("model: K1\n", "")))

    assert codes(outcome.problems) == ["S-MISSING"]
    assert outcome.evaluations == {}


def test_a_library_with_a_fault_lends_no_factor() -> None:
    """A key that stands twice is enough: what the file may mean is not guessed, and nothing is computed from it."""
    outcome = evaluate(edited(base(), FACTORS, ("issued: 2025-01-31", "issued: 2025-01-31\nissued: 2025-01-31")))

    assert codes(outcome.problems) == ["Y-DUPLICATE"]
    assert "lab/2024" not in outcome.catalogue.releases
    assert outcome.evaluations == {}


def test_files_beside_the_records_are_not_read() -> None:
    """Only what lies below products/ is data."""
    outcome = evaluate({**base(), "docs/index.md": b"# Title", "products.yaml": b"\xff", "notes/a.yaml": b"a: ["})

    assert outcome.problems == ()


def test_an_empty_catalogue_is_no_mistake() -> None:
    """A publisher starts with nothing."""
    outcome = evaluate({})

    assert (outcome.problems, outcome.evaluations, outcome.current) == ((), {}, {})
