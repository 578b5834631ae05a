"""Markdown editions: a text reads as itself wherever it stands, and the edition has what the page has."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from hostile import TEXTS
from pcf.evaluate import evaluate
from pcf.exports import footprint
from pcf.index import entry
from pcf.library import Publisher
from pcf.markdown import LISTED, llms, report_markdown
from pcf.render import escaped, markdown_environment, script_json
from pcf.wording import LANGUAGES
from support import NEW, base, new

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
PUBLISHER = Publisher.model_validate({"address": "https://carbon.example.com/", "name": {"zh": "目录", "en": "Carbon"}})

# A value alone, after a mark, in a cell, between words, and beside another value.
PLACES = (
    "{}\n",
    "# {}\n",
    "- {}\n",
    "> {}\n",
    "1. {}\n",
    "a {} b\n",
    "**a** {}\n",
    "| h |\n| - |\n| {} |\n",
    "x\n\n{} {}\n",
    "[{}](a)\n",
)
MARKS = st.text(st.sampled_from("ab1 \n\t`*_{}[]()<>#+-=.!|~\\\"'&;:/@$^%wx€钢\u3000\u2028"), max_size=24)
"""What Markdown gives a meaning to, more often than in any text."""
ANY = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=24)


def read(text: str) -> tuple[list[str], list[str]]:
    """The marks that a reader finds, and the texts between them."""
    marks, texts = [], [""]
    for block in READER.parse(text):
        marks.append(block.type)
        for mark in block.children or []:
            if mark.type in ("text", "text_special"):
                texts[-1] += mark.content
            else:
                marks.append(mark.type)
                texts.append("")
        texts.append("")
    return marks, texts


def as_line(text: str) -> str:
    return re.sub(r"[ \t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+", " ", text).strip()


@pytest.mark.parametrize("place", PLACES)
@given(MARKS | ANY | st.sampled_from(TEXTS))
@example("1. x")
@example("1)")
@example("---")
@example("- - -")
@example("==")
@example(" \\")
@example("a\\|b")
@example("x #")
@example("&copy; &#60;")
@example("[a]: b")
@example(": x")
def test_a_text_is_itself_wherever_it_stands(place: str, text: str) -> None:
    """No mark but the template's own is found, and what is read is what was written, on one line."""
    wanted = as_line(text)
    marks, texts = read(place.replace("{}", str(escaped(text))))
    if wanted:
        assert marks == read(place.replace("{}", "word"))[0]
        assert any(wanted in found for found in texts)


@given(MARKS)
def test_nothing_that_a_template_prints_goes_unescaped(text: str) -> None:
    """A value alone, through a macro, joined, or set aside: each is escaped once."""
    template = markdown_environment("en").from_string(
        "{% macro m(x) %}{{ x }}{% endmacro %}{% set y %}{{ x }}{% endset %}"
        "{{ x }}\n{{ m(x) }}\n{{ y }}\n{{ [x] | join(', ') }}\n{{ x if x else x }}\n{{ (x ~ '') }}"
    )
    assert template.render(x=text).split("\n") == [str(escaped(text))] * 6


def test_an_undefined_name_is_an_error_here_too() -> None:
    """Nothing is left out in silence."""
    with pytest.raises(Exception, match="undefined"):
        markdown_environment("en").from_string("{{ nothing }}").render()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("report", evaluate(base()).evaluations)
def test_an_edition_has_every_part_of_the_page(report: str, language: Any) -> None:
    """Headings in order, a row per stage, a line per line of activity data, and the declared and recomputed values."""
    outcome = evaluate(base())
    text = report_markdown(outcome, outcome.evaluations[report], language).decode("utf-8")
    data = footprint(outcome, outcome.evaluations[report])
    blocks = READER.parse(text)
    tables = [sum(b.type == "tr_open" for b in blocks[i:j]) for i, j in spans(blocks)]

    assert [b.tag for b in blocks if b.type == "heading_open"][:2] == ["h1", "h2"]
    assert tables == [len(data["stages"]) + 2, len(data["stages"]) + 1, len(data["editions"]) + 1]
    for stage in data["stages"]:
        for key in ("declared", "recomputed"):
            assert stage[key] is None or stage[key]["value"] in text
        for line in stage["lines"]:
            assert line["emission"] is None or f"= {line['emission']['value']} kgCO₂e" in text
    assert "undefined" not in text.lower()
    assert "\n\n\n" not in text


def spans(blocks: list[Any]) -> list[tuple[int, int]]:
    opened = [i for i, block in enumerate(blocks) if block.type == "table_open"]
    closed = [i for i, block in enumerate(blocks) if block.type == "table_close"]
    return list(zip(opened, closed, strict=True))


def test_what_is_not_quantified_has_no_number() -> None:
    """The row says so, with the reason; the total names the stage."""
    outcome = evaluate(base())
    text = report_markdown(outcome, outcome.evaluations[NEW], "en").decode("utf-8")

    assert "| Use | – | – | – | – | not quantified · No data |" in text
    assert "Not included: Use (not quantified)" in text


def test_a_draft_has_an_edition_too() -> None:
    """Of what was recomputed, without a statement."""
    files = base()
    del files[f"products/{NEW}/statement.yaml"]
    outcome = evaluate(files)

    assert "Recomputed: 3.6570" in report_markdown(outcome, outcome.evaluations[NEW], "en").decode("utf-8")


def test_llms_lists_the_current_reports_up_to_a_number() -> None:
    """Beyond it the list is left out, and the files that hold all reports are named."""
    standing = entry(new())
    few = llms(PUBLISHER, [standing] * LISTED, 300, "en").decode()
    assert few.count("https://carbon.example.com/en/products/acme-kettle/r-2/index.md") == LISTED

    text = llms(PUBLISHER, [standing] * (LISTED + 1), 300, "en").decode()
    assert "index.md)" in text
    assert "/products/" not in text
    assert "https://carbon.example.com/catalogue.csv" in text


def test_no_text_ends_a_script_element() -> None:
    """JSON for a script element has none of the characters that end it or begin a comment, and reads back."""
    assert str(script_json({"a": "</script><!--&\u2028\u2029"})) == (
        '{"a":"\\u003c/script\\u003e\\u003c!--\\u0026\\u2028\\u2029"}'
    )
