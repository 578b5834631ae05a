"""Templates print what Jinja's own escaping prints, whatever they are given."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from hostile import TEXTS
from pcf.processes import HOOKS
from pcf.render import environment, printed
from pcf.wording import LANGUAGES, wording

VALUES = st.one_of(
    st.text(st.sampled_from("a<>&\"'钢 ") | st.characters(exclude_categories=["Cs"]), max_size=12),
    st.integers(),
    st.none(),
    st.booleans(),
    st.text(max_size=6).map(Markup),
    st.lists(st.sampled_from(["<a>", "b"]), max_size=2),
)


@given(VALUES)
def test_a_value_is_printed_as_markupsafe_escapes_it(value: object) -> None:
    assert str(printed(value)) == str(escape(value))
    template = environment("zh").from_string("{{ value }}|{% set x %}{{ value }}{% endset %}{{ x }}|{{ value ~ '&' }}")
    plain = jinja2.Environment(autoescape=True).from_string(
        "{{ value }}|{% set x %}{{ value }}{% endset %}{{ x }}|{{ value ~ '&' }}"
    )
    assert template.render(value=value) == plain.render(value=value)


@pytest.mark.parametrize("text", TEXTS)
def test_no_hostile_text_is_printed_as_it_is(text: str) -> None:
    html = environment("en").from_string('<p>{{ text }}</p><p title="{{ text }}">').render(text=text)
    assert html == f'<p>{escape(text)}</p><p title="{escape(text)}">'


def test_a_name_that_is_not_there_stops_the_page() -> None:
    with pytest.raises(jinja2.UndefinedError):
        environment("en").from_string("{{ nothing }}").render()


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_of_the_site_are_put_into_a_template_when_it_is_compiled(language: str) -> None:
    """And are escaped there as any other."""
    made = environment("zh" if language == "zh" else "en")
    t = wording("zh" if language == "zh" else "en")
    assert made.from_string("{{ 'report.total' | t }}").render() == str(escape(t("report.total")))
    assert t("report.total") in str(made.compile("{{ 'report.total' | t }}", raw=True))


COMPILED = """
import sys
from pathlib import Path
from pcf.evaluate import evaluate
from pcf.render import compile_all, keep_compiled
from pcf.site import build
from support import PUBLISHER, base
folder = Path(sys.argv[1])
keep_compiled(folder)
compile_all()
before = {path.name for path in folder.iterdir()}
made = build(evaluate(base()), PUBLISHER)
assert len([page.render() for page in made.pages()]) > 10
assert len(list(made.artifacts())) > 10
print(len(before), sorted({path.name for path in folder.iterdir()} - before))
"""


def test_no_template_is_left_to_compile_when_all_were(tmp_path: Path) -> None:
    """In a process of its own: this one has some already."""
    paths = os.pathsep.join((HOOKS, str(Path(__file__).parent)))
    environment = os.environ | {"PYTHONPATH": paths}
    done = subprocess.run(
        [sys.executable, "-c", COMPILED, tmp_path], env=environment, capture_output=True, text=True, check=True
    )
    count, _, left = done.stdout.strip().partition(" ")
    assert int(count) > 20
    assert left == "[]"
