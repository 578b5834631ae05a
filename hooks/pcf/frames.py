"""The theme's part of a page, rendered once for all pages of a shape: what differs from page to page is put into it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product

from markupsafe import escape

from .pages import Page, report_page_sections
from .problems import Language
from .wording import LANGUAGES

# Words that no page has, in the places of what differs. An address keeps its depth, which relative links count.
_TITLE, _DESCRIPTION, _PICTURE = "PcfSlotTitleQzx", "PcfSlotDescriptionQzx", "PcfSlotPictureQzx"
_CONTENT = "<h1>PcfSlotContentQzx</h1>"  # a heading: the theme adds one where there is none
_STEP = "pcf-slot-address-qzx"
_SLOTS = re.compile(rf"{_TITLE}|{_DESCRIPTION}|{_PICTURE}|{_CONTENT}|{_STEP}(?:/{_STEP})*/")

Shape = tuple[object, ...]
Render = Callable[[Page, str], str]  # the theme: a whole page from a page and its content

# Longer than a theme shows, and with all that HTML means something by.
_AWKWARD = "钢 & <b>\"steel\"</b> 'x' " * 20


class ThemeError(Exception):
    """A page that was put into its frame is not what the theme makes of it; the message is its address."""


def shape(page: Page) -> Shape:
    """What the theme's part of a page rests on, beside what is put into it."""
    return page.template, page.language, page.address.count("/"), page.sections, bool(page.picture), page.markdown


@dataclass(frozen=True)
class Frame:
    """The theme's part of the pages of one shape: text, and between two of them the name of what stands there."""

    texts: tuple[str, ...]
    slots: tuple[str, ...]

    def fill(self, page: Page, content: str) -> str:
        """The whole page, with this HTML as its content."""
        values = {
            # As the adapter gives them to the theme, which prints them as they are.
            _TITLE: str(escape(page.title)),
            _DESCRIPTION: str(escape(page.description)),
            _PICTURE: page.picture or "",
            _CONTENT: content,
        }
        filled = [self.texts[0]]
        for slot, text in zip(self.slots, self.texts[1:], strict=True):
            filled += values.get(slot, page.address), text
        return "".join(filled)


def checked_frame(page: Page, render: Render) -> Frame:
    """As ``frame``. Raises ThemeError where the theme looks at a title or description and not only prints it."""
    made = frame(page, render)
    awkward = replace(page, title=f"A{_AWKWARD}", description=f"B{_AWKWARD}")
    content = "<h1>&amp;</h1><p>x</p>"
    if made.fill(awkward, content) != render(awkward, content):
        raise ThemeError(page.url)
    return made


def frame(page: Page, render: Render) -> Frame:
    """The frame of all pages of a page's shape. ``render`` makes a whole page of a page and its content."""
    probe = replace(
        page,
        address=f"{_STEP}/" * page.address.count("/"),
        title=_TITLE,
        description=_DESCRIPTION,
        picture=_PICTURE if page.picture else None,
    )
    html = render(probe, _CONTENT)
    return Frame(tuple(_SLOTS.split(html)), tuple(_SLOTS.findall(html)))


def report_shapes() -> Iterator[Page]:
    """A page of each shape that the page of a report can have, without anything in it."""
    for language, issued, editions, picture in product(LANGUAGES, (True, False), (True, False), (True, False)):
        yield _report(language, issued, editions, picture)


def _report(language: Language, issued: bool, editions: bool, picture: bool) -> Page:
    return Page(
        address="products/product/report/",
        language=language,
        title="",
        description="",
        template="report.html",
        context=dict,
        picture="picture" if picture else None,
        markdown=True,
        sections=report_page_sections(language, issued=issued, editions=editions),
    )
