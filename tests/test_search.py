"""The search index: what is read as a section, and what an entry says."""

from __future__ import annotations

import json

from pcf.search import SearchEntry, addressed, entries_of, index

PAGE = """
<h1 id="top">Verdicts<a class="headerlink" href="#top">#</a></h1>
<p>By printed <em>pre</em>cision.</p><script>no()</script>
<h2 id="exact">Exact &amp; declared<a class="headerlink" href="#exact">#</a></h2>
<ul><li>one</li><li>two<svg><text>drawn</text></svg></li></ul>
<h3 id="deep">Deeper</h3>
<pre><code>a: 1
b: 2</code></pre><h4>No anchor</h4>
<section id="Q" aria-labelledby="Q-title"><h2 id="Q-title">Quantities</h2>
<table><tr><th>Code</th></tr>
<tr id="Q-UNIT"><th scope="row"><code>Q-UNIT</code></th><td>unit</td></tr></table></section>
"""


def test_a_page_is_read_by_sections() -> None:
    """One entry a heading or row with an anchor; all its text, without what nobody reads, and not run together."""
    entries = entries_of(PAGE, "m/", "Verdicts", "Documentation")
    assert [(e.address, e.title, e.text, e.place) for e in entries] == [
        ("m/", "Verdicts", "By printed precision.", "Documentation"),
        ("m/#exact", "Exact & declared", "one two", "Verdicts"),
        ("m/#deep", "Deeper", "a: 1 b: 2 No anchor", "Verdicts"),
        ("m/#Q", "Quantities", "Code", "Verdicts"),
        ("m/#Q-UNIT", "Q-UNIT", "unit", "Verdicts"),
    ]


def test_an_empty_page_has_no_entry() -> None:
    assert entries_of("", "m/", "Verdicts", "Documentation") == []


def test_the_index_is_compact_and_has_what_was_replaced_last() -> None:
    """Places are named once; the order is otherwise as given; letters are not escaped."""
    old = SearchEntry("壶 旧", "甲", "Report · Superseded", replaced=True)
    entries = [
        addressed(old, "p/o/"),
        addressed(SearchEntry("壶", "甲", "Report"), "p/n/"),
        SearchEntry("T", "", "Report"),
    ]
    written = index(entries)
    assert "壶" in written.decode("utf-8")
    assert json.loads(written) == {
        "places": ["Report", "Report · Superseded"],
        "entries": [["p/n/", "壶", "甲", 0], ["", "T", "", 0], ["p/o/", "壶 旧", "甲", 1, 1]],
    }
