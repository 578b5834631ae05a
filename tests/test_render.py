"""Templates print what Jinja's own escaping prints, whatever they are given."""

from __future__ import annotations

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from hostile import TEXTS
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
