"""What is sent of our scripts: every word of the sources and none of their comments."""

from __future__ import annotations

import importlib
import re
import sys
from dataclasses import fields

import pytest
from pygments.lexers.javascript import JavascriptLexer
from pygments.token import Comment

from pcf import assets

FOLDER = "theme"
SOURCES = {
    "pcf": assets._script(*assets.SCRIPT),
    "compare": assets._script("compare"),
    "card": '"use strict";\n' + assets._read("script/today.js") + assets._read("script/expiry.js"),
    "early": assets._read("script/early.js"),
    "verify": assets._read("verify.js"),
}


def tokens(script: str) -> list[str]:
    """Words, signs and literals in their order; those of the code in a template text each by itself."""
    return [text for kind, text in JavascriptLexer().get_tokens(script) if text.strip() and kind not in Comment]


def sent() -> dict[str, str]:
    """The scripts of the site, by name."""
    own = assets.assets()
    made = [getattr(own, field.name) for field in fields(own)]
    named = re.compile(r"assets/pcf/([a-z]+)\.[0-9a-f]{12}\.js")
    return {m[1]: made.content.decode("utf-8") for made in made if (m := named.fullmatch(made.address))}


@pytest.mark.parametrize("name", SOURCES)
def test_a_script_is_sent_with_every_word_and_without_comments(name: str) -> None:
    """Texts, patterns and the texts with code in them (``…${…}…``) too are those of the source, blanks and all."""
    script = sent()[name]
    assert tokens(script) == tokens(SOURCES[name])
    assert not [text for kind, text in JavascriptLexer().get_tokens(script) if kind in Comment]
    assert len(script) < 0.9 * len(SOURCES[name])


def test_no_script_is_left_out() -> None:
    assert set(sent()) == set(SOURCES)


def test_a_script_is_the_same_where_the_minifier_has_no_compiled_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that one commit gives the same bytes, and the same names of files, on every machine."""
    monkeypatch.setitem(sys.modules, "_rjsmin", None)
    monkeypatch.delitem(sys.modules, "rjsmin")
    plain = importlib.import_module("rjsmin")
    assert type(plain.jsmin).__name__ == "function"
    for name, source in SOURCES.items():
        assert plain.jsmin(source) == sent()[name]
