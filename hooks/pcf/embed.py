"""What other pages can show of a product: a card in a frame, a badge, the code for both, the page about them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from . import tables
from .addresses import permanent
from .assets import Assets
from .credential import FAULTS
from .evaluate import Evaluation, Outcome
from .library import Publisher
from .pages import Page
from .problems import Language
from .render import environment
from .wording import Wording, wording

CARD_SIZE = (360, 264)  # px; the card keeps its height down to 280 px of width
BADGE_HEIGHT = 62

# Statuses of a value that no longer stands, and of one that stands with a doubt. What is shown is never superseded.
SPENT = ("withdrawn", "expired")
DOUBTFUL = (*SPENT, *FAULTS, "changed-since-sealed", "does-not-reproduce")
GOOD = ("verified", "verified-and-signed")


def card_address(product: str, language: Language) -> str:
    """From the site's root. Both languages stand below ``embed/``, which alone may be shown in frames."""
    return f"embed/{product}{_edition(language)}.html"


def badge_address(product: str, language: Language) -> str:
    """From the site's root."""
    return f"embed/{product}{_edition(language)}.svg"


def _edition(language: Language) -> str:
    return ".en" if language == "en" else ""


@dataclass(frozen=True)
class Offer:
    """A product's card and badge with the code to paste, and the report that they show."""

    standing: Evaluation
    card: str  # its address from the site's root, as that of the badge
    badge: str
    size: tuple[int, int]  # of the card, in px
    badge_size: tuple[int, int]
    code: Mapping[str, str]  # by 'card', 'badge' and 'markdown'


def offer(outcome: Outcome, publisher: Publisher, standing: Evaluation, language: Language) -> Offer | None:
    """For the pages of a product whose current report is ``standing``; nothing of a draft."""
    if standing.report.statement is None:
        return None
    product = standing.report.product_id
    addresses = card_address(product, language), badge_address(product, language)
    size = _badge(outcome, standing, wording(language))["width"], BADGE_HEIGHT
    return Offer(standing, *addresses, CARD_SIZE, size, _code(publisher, standing, language))


def _code(publisher: Publisher, evaluation: Evaluation, language: Language) -> Mapping[str, str]:
    """Whole addresses that last, and no value: a pasted one would stay as it is when the report is replaced."""
    t, product = wording(language), evaluation.report.product
    root = publisher.address.rstrip("/")
    title = f"{t('embed.footprint')}{t('embed.colon')}{t.text(product.name)} {product.model}"
    prefix = "en/" if language == "en" else ""
    data = {
        "card": f"{root}/{card_address(evaluation.report.product_id, language)}",
        "badge": f"{root}/{badge_address(evaluation.report.product_id, language)}",
        "page": f"{root}/{prefix}products/{evaluation.report.product_id}/",
        "title": title,
        "size": CARD_SIZE,
    }
    macros = environment(language).get_template("embed/code.html").module
    # As text: the page that shows the code escapes it once more.
    return {
        "card": str(macros.card(data)),  # type: ignore[attr-defined]
        "badge": str(macros.badge(data)),  # type: ignore[attr-defined]
        "markdown": f"[![{_markdown(title)}]({data['badge']})]({data['page']})",
    }


def _markdown(text: str) -> str:
    """The text itself as the label of a link in Markdown: a backslash before what could mean something else there."""
    return re.sub(r"([\\`*_\[\]<>&!#~|$^={}\"]|:(?! ))", r"\\\1", text)


def card(outcome: Outcome, evaluation: Evaluation, publisher: Publisher, language: Language, own: Assets) -> bytes:
    """The page of its own that a frame shows. ``own`` has its style sheet and script."""
    t = wording(language)
    data = {"e": evaluation, **_face(outcome, evaluation, t)}
    data |= {"style": own.card.address, "script": own.card_script.address}
    data["canonical"] = permanent(publisher, evaluation, language)
    prefix = "en/" if language == "en" else ""
    data["page"] = f"../{prefix}products/{evaluation.id}/"
    return environment(language).get_template("embed/card.html").render(data, t=t, language=language).encode("utf-8")


def _face(outcome: Outcome, evaluation: Evaluation, t: Wording) -> dict[str, Any]:
    """What card and badge say of a report with a statement, in the words of its page."""
    return evaluation.once("face", t.language, lambda: _look(outcome, evaluation, t))


def _look(outcome: Outcome, evaluation: Evaluation, t: Wording) -> dict[str, Any]:
    report, catalogue = evaluation.report, outcome.catalogue
    assert report.statement is not None
    rows = tables.stage_rows(evaluation, t)
    short, whole = tables.headline(evaluation)
    doubted = evaluation.status == "does-not-reproduce"
    valid_until = report.statement.statement.valid_until
    return {
        "product": report.product,
        "producer": catalogue.producers[report.product.producer],
        "body": catalogue.bodies[report.statement.report.body],
        "facts": report.statement.report,
        "valid_until": None if valid_until == "not-stated" else valid_until.isoformat(),
        "value": short,
        "whole": whole,
        "unit": tables.UNIT,
        "per": t("unit.per", unit=t.text(report.inventory.functional_unit.label)),
        "scope": t(f"scope.{report.inventory.boundary.scope}"),
        "segments": tables.stage_bar(rows, t),
        "largest": max((row for row in rows if row.value), key=lambda row: row.number, default=None),
        "withdrawn": report.review.withdrawn,
        "spent": not set(SPENT).isdisjoint(evaluation.conditions),
        # The page shows both values, the card one.
        "words": t("embed.does_not_reproduce" if doubted else f"status_words.{evaluation.status}"),
        "tone": "warn" if evaluation.status in DOUBTFUL else "good" if evaluation.status in GOOD else "plain",
    }


# The badge


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of text in the badge: where it stands, and the room it is fitted into, in px."""

    text: str
    x: int
    width: int


ROOM = 240  # px that a text may take; a longer one is cut, and whole in the badge's description


def badge(outcome: Outcome, evaluation: Evaluation, language: Language) -> bytes:
    """The badge as SVG: colours as attributes, so that no rule about styles can spoil it, and on grounds of its own."""
    t = wording(language)
    data = _badge(outcome, evaluation, t)
    return environment(language).get_template("embed/badge.svg").render(data, t=t, language=language).encode("utf-8")


def _badge(outcome: Outcome, evaluation: Evaluation, t: Wording) -> dict[str, Any]:
    """What badge.svg sets, and its width."""
    return evaluation.once("badge", t.language, lambda: _set_badge(outcome, evaluation, t))


def _set_badge(outcome: Outcome, evaluation: Evaluation, t: Wording) -> dict[str, Any]:
    face = _face(outcome, evaluation, t)
    facts, product = face["facts"], face["product"]
    value, unit, issued = face["value"], f"{face['unit']} · {face['per']}", facts.issued.isoformat()
    if face["valid_until"]:  # a picture runs no script, so that its reader needs the day
        issued += f" – {face['valid_until']}"
    status, body = t(f"status.{evaluation.status}"), t.text(face["body"].name)
    labels = (("label", t("embed.footprint"), 12), ("model", product.model, 11), ("number", facts.number, 11))
    pieces = _column(10, labels)
    left = max(piece.x + piece.width for piece in pieces.values()) + 10
    pieces |= _row(left + 10, (("value", value, 17), ("unit", unit, 12)))
    pieces |= _row(left + 10, (("status", status, 11), ("scope", face["scope"], 11)))
    pieces |= _row(left + 10, (("issued", _cut(f"{body} · {issued}", 11, keep=f" · {issued}"), 11),))
    said = (t("report.report_value", value=face["whole"], unit=face["unit"]), face["scope"], status, body)
    return {
        **face,
        "piece": pieces,
        "left": left,
        "width": max(piece.x + piece.width for piece in pieces.values()) + 10,
        "height": BADGE_HEIGHT,
        "title": f"{t.text(product.name)} {product.model}{t('embed.colon')}{value} {unit}",
        "description": " · ".join((*said, facts.number, issued)),
    }


def _column(x: int, texts: Iterable[tuple[str, str, int]]) -> dict[str, _Piece]:
    """Named texts with their sizes, one below the other."""
    cut = ((name, _cut(text, size), size) for name, text, size in texts)
    return {name: _Piece(text, x, _width(text, size)) for name, text, size in cut}


def _row(x: int, texts: Iterable[tuple[str, str, int]]) -> dict[str, _Piece]:
    """Named texts with their sizes, one behind the other."""
    pieces = {}
    for name, text, size in texts:
        pieces[name] = _Piece(text, x, _width(text, size))
        x += pieces[name].width + 7
    return pieces


# Advance widths of a sans serif in thousandths of the size, near those of Arial; what is not here is a letter of 560.
_NARROW = {c: width for text, width in (("ijl'|", 230), (" .,:;!/\\It", 290), ('fr()[]-·`"', 340)) for c in text}
_BROAD = {c: width for text, width in (("ABCDEFGHKLNOPQRSTUVXYZ&w", 680), ("mMW%", 860), ("@", 1000)) for c in text}
_KNOWN = {**_NARROW, **_BROAD}


def _width(text: str, size: int) -> int:
    """About how many px the text is wide, without its font: what is East Asian and wide is a square."""
    return -(-sum(_advance(c) for c in text) * size // 1000)


@lru_cache(maxsize=4096)
def _advance(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    if unicodedata.east_asian_width(character) in "WF":
        return 1000
    return _KNOWN.get(character, 560)


def _cut(text: str, size: int, keep: str = "") -> str:
    """The text, or as much of its beginning as there is room for, an ellipsis, and the end that is to be kept."""
    if _width(text, size) <= ROOM:
        return text
    head = text.removesuffix(keep)
    while head and _width(f"{head}…{keep}", size) > ROOM:
        head = head[:-1]
    return f"{head.rstrip()}…{keep}"


# The page about it


def embedding_page(outcome: Outcome, publisher: Publisher, language: Language) -> Page:
    """How to show a card or badge, with the product of an outcome, if it has one, on the page of a company."""
    t = wording(language)
    return Page(
        address="embedding/",
        language=language,
        title=t("embed.title"),
        description=t("embed.intro"),
        template="embedding.html",
        context=partial(_embedding_context, outcome, publisher, language),
        nav_title=t("embed.title"),
        sections=tuple((name, t(f"embed.{name}")) for name in SECTIONS),
    )


SECTIONS = ("example", "card", "badge", "honest", "frames")


def _embedding_context(outcome: Outcome, publisher: Publisher, language: Language) -> Mapping[str, Any]:
    example = next((e for e in outcome.current.values() if e.report.statement), None)
    return {
        "producer": outcome.catalogue.producers[example.report.product.producer] if example else None,
        "offer": offer(outcome, publisher, example, language) if example else None,
        "size": CARD_SIZE,
        "address": publisher.address.rstrip("/") + "/",
    }
