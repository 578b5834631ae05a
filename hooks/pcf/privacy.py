"""The privacy gate: personal data in records, pages and attachments, told before any of it is published.

The repository's history is public and cannot be recalled, so hiding it on a page would not be enough. What is looked
for: phone numbers, e-mail addresses of persons, resident identity numbers (GB 11643-1999, with its check digit) and
certificate numbers of verifiers (CCAA). In what is published byte for byte, a signed PDF or a file in ``docs/``, names
that the file tells of itself are looked for too; of all else the site serves a copy without them. A text passes
within a report for which ``consents`` in review.yaml has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate

from .load import Catalogue, Files
from .pdf import is_locked, is_signed, pdf_people, pdf_texts
from .pictures import content_of, picture_people, picture_texts
from .problems import Problem

# Neither side may go on as a number, a word or a decimal: a digest or an amount is no phone number.
_ALONE = r"(?<![0-9A-Za-z.,+-]){}(?![0-9A-Za-z]|[.,-][0-9])"
_PATTERNS = {
    "P-IDENTITY": r"[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]",
    "P-PHONE": (
        r"(?:(?:\+|00)?86[ -]?)?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}"  # mobile
        r"|(?:\(0[0-9]{2,3}\) ?|(?:\+86[ -]?)?0?[1-9][0-9]{1,2}-|0[1-9][0-9]{1,2}[ -])[2-8][0-9]{6,7}"  # with area code
        r"|\+[1-9][0-9]{0,2}(?:[ -]?\(?[0-9]{2,4}\)?){2,4}"  # elsewhere
    ),
    "P-CERTIFICATE": r"(?:CCAA-)?(?:[0-9]{4}-)?[A-Z0-9]{0,2}GHG[0-9]?-[0-9]{5,10}",
}
_FOUND = {code: re.compile(_ALONE.format(f"(?:{pattern})"), re.ASCII) for code, pattern in _PATTERNS.items()}
_MAIL = re.compile(r"(?<![\w.+-])([\w.+-]+)@([\w-]+(?:\.[\w-]+)+)", re.ASCII)
# A company's own box is no person's.
_ROLES = {
    *("admin", "carbon", "cfp", "compliance", "contact", "csr", "enquiry", "esg", "export", "hello", "hr", "info"),
    *("inquiry", "marketing", "media", "office", "postmaster", "pr", "press", "privacy", "procurement", "purchase"),
    *("sales", "service", "support", "sustainability", "tender", "webmaster"),
}
# RFC 2606, and GB 11643's weights and check characters.
_EXAMPLES = ("example.com", "example.org", "example.net", ".example", ".invalid", ".test")
_WEIGHTS, _CHECKS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"
# As wide as in Latin: each is one character, so that places stay.
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0x2010: "-", 0x2011: "-", 0x2013: "-"}


def privacy(files: Files, catalogue: Catalogue) -> list[Problem]:
    """What is personal in any file, at its place. The messages show it masked: logs are public too."""
    problems: list[Problem] = []
    for path, raw in sorted(files.items()):
        consented = _consents(path, catalogue)
        for line, column, code, text in _in_file(path, raw):
            if text not in consented:
                problems.append(Problem(path, line, column, code, {"found": _masked(text)}))
        for name in _people(path, raw):
            if name not in consented and name.casefold() not in _organisations(catalogue):
                problems.append(Problem(path, 1, 1, "P-AUTHOR", {"found": _masked(name)}))
        if content_of(raw) == "pdf" and is_locked(raw):
            problems.append(Problem(path, 1, 1, "P-LOCKED"))
    return problems


# Every number that is looked for has at least so many digits, with no more between them than this; and most texts none.
_MAYBE = re.compile(r"(?:[0-9\uff10-\uff19][-() \u3000\u2010-\u2013\uff08\uff09\uff0d]{0,3}){7}|GHG|ＧＨＧ|[@＠]")


_DAY = re.compile(r"(?<![0-9])20[0-9]{2}-[01][0-9]-[0-3][0-9](?![0-9])")  # a day, of which records have many


def personal(text: str) -> Iterator[tuple[int, str, str]]:
    """Where in a text something personal begins, the code of its problem, and what was found."""
    if not _MAYBE.search(_DAY.sub("", text)):
        return
    text = text.translate(_WIDE)
    taken: list[range] = []
    for code, pattern in _FOUND.items():
        for match in pattern.finditer(text):
            if code == "P-IDENTITY" and not _checks(match[0]):
                continue
            if not any(match.start() in other for other in taken):
                taken.append(range(*match.span()))
                yield match.start(), code, match[0]
    for match in _MAIL.finditer(text):
        name, host = match[1].lower(), match[2].lower()
        if name not in _ROLES and not host.endswith(_EXAMPLES):
            yield match.start(), "P-MAIL", match[0]


def _checks(number: str) -> bool:
    return _CHECKS[sum(int(d) * w for d, w in zip(number[:17], _WEIGHTS, strict=True)) % 11] == number[17].upper()


def _in_file(path: str, raw: bytes) -> Iterator[tuple[int, int, str, str]]:
    kind = content_of(raw)
    if kind is not None:
        texts = pdf_texts(raw) if kind == "pdf" else picture_texts(raw)
        for text in texts:
            yield from ((1, 1, code, found) for _, code, found in personal(text))
        return
    text = raw.decode("utf-8", "replace").removeprefix("\ufeff")
    starts: list[int] = []
    for offset, code, found in personal(text):
        starts = starts or list(accumulate((len(line) for line in text.splitlines(keepends=True)), initial=0))
        line = max(index for index, start in enumerate(starts) if start <= offset)
        yield line + 1, offset - starts[line] + 1, code, found


def _people(path: str, raw: bytes) -> list[str]:
    """Whom a file names that is published byte for byte. Of other attachments the site serves copies."""
    kind = content_of(raw)
    own = "/attachments/" not in path
    if kind == "pdf":
        return pdf_people(raw) if own or is_signed(raw) else []
    return picture_people(raw) if kind and own else []


def _organisations(catalogue: Catalogue) -> frozenset[str]:
    """The names of makers and bodies, which are no persons."""
    words = [body.name for body in catalogue.bodies.values()]
    words += [name for maker in catalogue.producers.values() for name in (maker.name, maker.former_name) if name]
    return frozenset(text.casefold() for name in words for text in (name.zh, name.en) if text)


def _consents(path: str, catalogue: Catalogue) -> frozenset[str]:
    parts = path.split("/")
    report_id = "/".join(parts[1:3])
    if len(parts) > 3 and report_id in catalogue.reports:
        return frozenset(consent.text for consent in catalogue.reports[report_id].review.consents)
    return frozenset()


def _masked(text: str) -> str:
    shown = max(1, len(text) // 5)
    return text[:shown] + "*" * 4 + (text[-shown:] if len(text) > 4 else "")
