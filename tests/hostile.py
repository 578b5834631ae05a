"""Records with one text in every text field of every shape, so that a new field is covered by itself."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from pcf import fields, library, model
from pcf.check import folder_of
from pcf.evaluate import evaluate
from pcf.files import read_folder

# Each calls pwn(), a request or a line of its own if anything reads it as more than text. None has ', ', by which
# places in a report are listed, and none is longer than the folder that its report number asks for may be.
TEXTS = (
    "<script>pwn(1)</script>",
    "<img src=x onerror=pwn(1)>",
    "<svg onload=pwn(1)>",
    "<details open ontoggle=pwn(1)>",
    '<iframe srcdoc="<script>parent.pwn(1)</script>"></iframe>',
    "{: onfocus=pwn(1) autofocus tabindex=0 }",
    'Kettle {: onclick="pwn(1)" .verified #top }',
    "[click](javascript:pwn(1))",
    "<a href=javascript:pwn(1)>click</a>",
    "# Verified",
    "| Verified | yes |",
    "[ref]: https://evil.example/",
    "*[CFP]: another thing",
    '--8<-- "mkdocs.yml"',
    "</title><script>pwn(1)</script>",
    "</script><script>pwn(1)</script>",
    "{{ 7 * 7 }} {{ config.site_name }}",
    "{% include 'base.html' %}{% raw %}",
    "%{customdata[0]} %{x:.1f} %%{init}",
    '<a href="https://evil.example/">Verified</a>',
    '<span style="background:url(https://evil.example/)">',
    '"><img src=x onerror=pwn(1)>',
    "' onmouseover='pwn(1)' x='",
    '" data-search-x="y" onclick="pwn(1)',
    "&lt;script&gt;pwn(1)&lt;/script&gt;",
    "Kettle & Co. &amp; &#60;b&#62; &copy",
    '=HYPERLINK("https://evil.example/")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1:A9)",
    "＝1＋1",
    '<base href="https://evil.example/">',
    '<meta http-equiv=refresh content="0;url=https://evil.example">',
    "<style>*{display:none}</style>",
    '<form action="https://evil.example/"><button>',
    "<!-- --!> <b>bold</b> <br> <i>x",
    "]]><![CDATA[<script>pwn(1)</script>",
    "![x](https://evil.example/x.png) <https://evil.example/>",
    "``` `${pwn(1)}` $& $1 \\1 \\g<0>",
    '\\"; pwn(1); // \\u003cscript\\u003epwn(1) :smile:',
)
HARMLESS = "Harmless"

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGMQBAAAEwASpgy+1QAAAABJRU5ErkJggg=="
)

# A value of each kind that is no text. A kind that is not here fails the test, and wants one.
SAMPLES: Mapping[Any, str] = {
    fields.Id: "",
    fields.Reference: "",
    fields.Date: "2024-01-01",
    fields.Flag: "true",
    fields.Link: "https://link.example/",
    fields.Digest: "",
    fields.PublicKey: "z6MkfgU9TpvvGMEbsBg2pXqCGN8Z3Nwa79XN1e9osCcVA3FR",
    fields.Sha256: hashlib.sha256(PICTURE).hexdigest(),
    fields.Year: "2024",
    fields.Count: "1",
    fields.PrintedNumber: "1.5",
    fields.Days: "1.5",
    fields.Amount: "1.00 kg",
    fields.Pieces: "1 piece",
    fields.Mass: "1 kg",
    fields.Duration: "20 a",
    fields.Percentage: "1 %",
    fields.Share: "10 %",
    fields.Emission: "1 kgCO2e",
    fields.FactorValue: "0.0700 tCO2/GJ",
    fields.CalorificValue: "40.00 GJ/t",
}


class Filler:
    """Fills shapes: text fields with ``text``, or, for the harmless record, with a word that tells the field."""

    def __init__(self, number: int, text: str | None) -> None:
        self.tag = f"{number:02}"
        self.text = text
        self.filled: set[str] = set()

    def shape(self, shape: type[fields.Shape]) -> dict[str, Any]:
        """A value for every field of the shape, the optional ones too."""
        hints = get_type_hints(shape, include_extras=True)
        return {name: self.value(hints[name], f"{shape.__name__}.{name}") for name in shape.model_fields}

    def value(self, hint: Any, where: str) -> Any:
        if hint in (fields.Text, fields.Prose):
            self.filled.add(where)
            return self.text if self.text is not None else f"{HARMLESS}.{where}"
        if hint == fields.Words:
            self.filled.add(where)
            words = self.text if self.text is not None else f"{HARMLESS}.{where}"
            return {"zh": words, "en": words}
        if isinstance(hint, type) and issubclass(hint, fields.Shape):
            return self.shape(hint)
        origin, arguments = get_origin(hint), get_args(hint)
        if hint in SAMPLES:
            return SAMPLES[hint] or self.name(where)
        if origin is Literal:
            return arguments[0]
        if origin in (Union, types.UnionType):
            real = [a for a in arguments if a is not type(None) and get_origin(a) is not Literal]
            return self.value((real or arguments)[0], where)
        if origin is tuple:
            return [self.value(arguments[0], where)]
        if origin is not None and issubclass(origin, Mapping):
            return {self.value(arguments[0], f"{where}.key"): self.value(arguments[1], where)}
        raise AssertionError(f"{where}: no sample for {hint}")

    def name(self, where: str) -> str:
        """An id or a reference."""
        kinds = {
            "Product.category": "category", "Product.producer": "maker", "Product.production_site": "site",
            "Product.former_ids": "former",
            "Site.id": "site", "ReportFacts.body": "body", "StatementFacts.prepared_by": "body",
            "Categories.categories.key": "category", "Release.factors.key": "fuel",
        }  # fmt: skip
        if where in ("Line.factor", "FactorCitation.factor"):
            return f"lab-{self.tag}/r/fuel"
        if where == "Factor.supersedes":
            return f"lab-{self.tag}/r/old"
        if where == "Review.seal":
            return "sha-256:" + "0" * 64
        return f"{kinds[where]}-{self.tag}" if kinds[where] != "fuel" else "fuel"

    # Whole files, put right where a rule asks for more than the shape does

    def report_number(self) -> str:
        return str(self.value(fields.Text, "ReportFacts.number"))

    def folder(self) -> str:
        return folder_of(self.report_number()) or "r"

    def release(self) -> dict[str, Any]:
        release = self.shape(library.Release)
        fuel = release["factors"]["fuel"] | {"kind": "fuel", "carrier": "diesel"}
        old = {key: value for key, value in self.shape(library.Factor).items() if key != "supersedes"}
        release["factors"] = {"fuel": fuel, "old": old | {"kind": "fuel"}}
        return release

    def line(self, state: str) -> dict[str, Any]:
        line = self.shape(model.Line)
        without = {"amount", "derived_from", "not_quantified"} - {state}
        return {key: value for key, value in line.items() if key not in without}

    def stage(self, name: str, state: str) -> dict[str, Any]:
        stage = self.shape(model.Stage) | {"id": name}
        stage["lines"] = [self.line("amount"), self.line("derived_from"), self.line("not_quantified")]
        without = {"lines", "not_quantified", "outside_boundary"} - {state}
        return {key: value for key, value in stage.items() if key not in without}

    def inventory(self) -> dict[str, Any]:
        inventory = self.shape(model.Inventory)
        inventory["boundary"] |= {"scope": "cradle-to-gate"}
        inventory["stages"] = [
            self.stage("raw-materials", "lines"),
            self.stage("inbound-transport", "not_quantified"),
            self.stage("production", "lines"),
            self.stage("use", "outside_boundary"),
        ]
        inventory["factor_citations"][0]["value"] = "0.0700"
        return inventory

    def statement(self) -> dict[str, Any]:
        """Each stage is 2 kg × 40.00 GJ/t × 0.0700 tCO2/GJ = 5.60 kgCO2e; production declares more, and is pinned."""
        statement = self.shape(model.Statement)
        statement["standards"]["cited"] = statement["standards"]["declared"]  # else the harmless one has a finding more
        statement["declared"] |= {
            "total": "11.60 kgCO2e",
            "stages": {"raw-materials": "5.60 kgCO2e", "production": "6.00 kgCO2e"},
            "shares": {"raw-materials": "48.3 %", "production": "51.7 %"},
            "shares_total": "100.0 %",
        }
        return statement

    def review(self) -> dict[str, Any]:
        review = self.shape(model.Review)
        values = {"stage": "production", "declared": "6.00 kgCO2e", "recomputed": "5.60 kgCO2e"}
        review["deviations"][0] |= values
        return review


def write_catalogue(root: Path) -> list[Filler]:
    """A product for the harmless words, then one for each text; each with its own maker, body and factors."""
    fillers = [Filler(number, text) for number, text in enumerate((None, *TEXTS))]
    products = root / "products"
    categories: dict[str, Any] = {}
    for filler in fillers:
        tag, report = filler.tag, f"product-{filler.tag}/{filler.folder()}"
        categories |= filler.shape(library.Categories)["categories"]
        _write(products / f"_producers/maker-{tag}.yaml", filler.shape(library.Producer))
        _write(products / f"_bodies/body-{tag}.yaml", filler.shape(library.Body) | {"demonstration": "false"})
        _write(products / f"_factors/lab-{tag}/r.yaml", filler.release())
        _write(products / f"product-{tag}/product.yaml", filler.shape(model.Product))
        _write(products / report / "inventory.yaml", filler.inventory())
        _write(products / report / "statement.yaml", filler.statement())
        _write(products / report / "review.yaml", filler.review())
        _write(products / report / "attachments/picture.png.yaml", filler.shape(model.Attachment))
        (products / report / "attachments/picture.png").write_bytes(PICTURE)
    _write(products / "_categories.yaml", {"categories": categories})
    outcome = evaluate(*read_folder(root)[:1])
    assert [p.text() for p in outcome.problems] == []
    for filler in fillers:
        evaluation = outcome.evaluations[f"product-{filler.tag}/{filler.folder()}"]
        assert evaluation.status == "withdrawn"
        path = products / evaluation.id / "review.yaml"
        path.write_text(path.read_text("utf-8").replace("sha-256:" + "0" * 64, str(evaluation.seal)), "utf-8")
    return fillers


def write_publisher(root: Path) -> Filler:
    """All texts at once in every text field of the block in mkdocs.yml, but for the logo, which names a file."""
    filler = Filler(0, " ".join(TEXTS))
    block = filler.shape(library.Publisher) | {
        "address": "https://carbon.example.com/",
        "logo": "assets/logo.svg",
        "documents": "false",
    }
    path = root / "mkdocs.yml"
    text, changed = re.subn(
        r"(?m)^  publisher:\n(?:    .*\n|\n)+",
        lambda _: f"  publisher: {json.dumps(block, ensure_ascii=False)}\n\n",
        path.read_text("utf-8"),
    )
    assert changed == 1
    path.write_text(text, "utf-8")
    return filler


def _write(path: Path, data: dict[str, Any]) -> None:
    """As JSON, which is YAML."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1), "utf-8")
