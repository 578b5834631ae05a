"""Times the catalogue page in a browser: ``python tests/bench_catalogue.py [N …]``, of 5,000 and 10,000 products.

Only what the page needs is made: the index and the page, in a plain frame with our own style sheet and script. Times
are what the browser's main thread worked (script, style, layout and the rest of its tasks), the median of several runs;
those of the first rows less what a page of one word costs in the same browser.
"""

from __future__ import annotations

import gzip
import random
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import CDPSession, Page, Route, sync_playwright

from bench_records import SEED, library, product_files, words
from browser_setup import find_chromium
from pcf.assets import assets
from pcf.evaluate import Evaluation, Outcome, evaluate
from pcf.index import Entry, catalogue_index, entries, index_bytes
from pcf.library import Publisher
from pcf.listing import catalogue_page
from pcf.status import status_of
from web import ARGUMENTS, serving

TARGETS = {5_000: 50, 10_000: 100}  # milliseconds
UNAIMED = ("an empty page", "index read, facets")  # what a browser needs for any page; what nobody waits for
BYTES = 70
RUNS = 7
FRAME = (
    '<!doctype html><html lang="zh"><meta charset="utf-8"><title>bench</title>'
    '<link rel="stylesheet" href="{style}"><body data-md-color-scheme="default"><article class="md-typeset">{body}'
    '</article><script src="{script}"></script></body></html>'
)


def outcomes(counts: list[int]) -> Iterator[tuple[int, Outcome, list[Entry]]]:
    """Synthetic products, judged 200 at a time and without all but what the index needs."""
    most = max(counts)
    shared = library(most)
    kept: list[Entry] = []
    outcome = evaluate(shared)
    for first in range(0, most, 200):
        chunk = dict(shared)
        for number in range(first, min(first + 200, most)):
            chunk |= product_files(number, most, random.Random(f"{SEED}/{number}"))
        judged = evaluate(chunk)
        sealed = {name: as_sealed(evaluation) for name, evaluation in judged.evaluations.items()}
        kept += entries(replace(judged, evaluations=sealed))
        if len(kept) in counts:
            yield len(kept), outcome, list(kept)


def as_sealed(evaluation: Evaluation) -> Evaluation:
    """Sealing is another computation of the whole, and of no interest here."""
    status, conditions = status_of(
        evaluation.report,
        evaluation.reconciliation,
        sealed_as=evaluation.report.review.seal,
        signature=None,
        superseded_by=None,
        on=None,
    )
    return replace(evaluation, status=status, conditions=conditions)


def write(folder: Path, outcome: Outcome, listed: list[Entry]) -> float:
    """The page and its files; gives the bytes of the index for each product, packed."""
    publisher = Publisher(address="https://carbon.example.com/", name=words("目录", "Catalogue"))
    own = assets()
    for artifact in (own.style, own.script):
        path = folder / artifact.address
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(artifact.content if isinstance(artifact.content, bytes) else artifact.content.read_bytes())
    index = index_bytes(catalogue_index(outcome.catalogue, listed))
    (folder / "catalogue-index.json").write_bytes(index)
    body = catalogue_page(outcome.catalogue, listed, publisher, "zh").render()
    page = FRAME.format(style=own.style.address, script=own.script.address, body=body)
    (folder / "index.html").write_text(page, "utf-8")
    (folder / "empty.html").write_text("<!doctype html><title>empty</title><p>empty", "utf-8")
    return len(gzip.compress(index, 9)) / len(listed)


def worked(session: CDPSession) -> float:
    """Seconds of the main thread's tasks since the page's process began."""
    metrics = {m["name"]: m["value"] for m in session.send("Performance.getMetrics")["metrics"]}
    return float(metrics["TaskDuration"])


SETTLED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 0))))"


def milliseconds(page: Page, session: CDPSession, step: Callable[[], object]) -> float:
    """What a step costs, to the frame that shows it; less the cost of waiting for two idle frames."""
    page.evaluate(SETTLED)
    start = worked(session)
    page.evaluate(SETTLED)
    idle = worked(session) - start
    start = worked(session)
    step()
    page.evaluate(SETTLED)
    return max(0.0, 1000 * (worked(session) - start - idle))


def interactions(page: Page, session: CDPSession, base: str) -> dict[str, float]:
    """One run of every step on a page of its own."""
    costs = {}
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    waiting: list[Route] = []
    page.route(
        "**/catalogue-index.json", lambda route: waiting.append(route)
    )  # until the rows of the page itself are there
    start = worked(session)
    page.goto(base + "empty.html", wait_until="load")
    page.evaluate(SETTLED)
    empty = worked(session) - start
    start = worked(session)
    page.goto(base + "index.html", wait_until="load")
    page.evaluate(SETTLED)
    first = worked(session) - start
    costs["an empty page"], costs["first rows"] = 1000 * empty, 1000 * max(0, first - empty)
    waiting[0].continue_()
    page.locator(".pcf-take__shown:not([hidden])").wait_for()
    page.evaluate("() => new Promise(done => requestIdleCallback(() => setTimeout(done, 300)))")
    costs["index read, facets"] = 1000 * (worked(session) - start - first)
    search = "text => { const e = document.querySelector('.pcf-filter__search'); e.value = text; " \
             "e.dispatchEvent(new Event('input', {bubbles: true})); }"  # fmt: skip
    click = "selector => document.querySelector(selector).click()"
    sort = "value => { const e = document.querySelector('.pcf-sort select'); e.value = value; " \
           "e.dispatchEvent(new Event('input', {bubbles: true})); }"  # fmt: skip
    steps = {
        "search keystroke": (search, "箱"),
        "second keystroke": (search, "箱 华"),
        "search emptied": (search, ""),
        "filter click": (click, "[data-facet=boundary] input"),
        "second filter": (click, "[data-facet=body] input"),
        "sort by name": (sort, "name"),
        "sort by date": (sort, "oldest"),
        "clear": (click, ".pcf-chips__clear"),
    }
    for name, (script, argument) in steps.items():
        costs[name] = milliseconds(page, session, lambda s=script, a=argument: page.evaluate(s, a))
    return costs


def report(counts: list[int]) -> None:
    chromium = find_chromium()
    if chromium is None:
        sys.exit("The catalogue was not timed: no Chromium that starts; run make browser.")
    missed = []
    with sync_playwright() as playwright, tempfile.TemporaryDirectory(prefix="pcf-bench-") as name:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        for count, outcome, listed in outcomes(counts):
            folder = Path(name) / str(count)
            each = write(folder, outcome, listed)
            runs = []
            with serving(folder) as base:
                for _ in range(RUNS):
                    context = browser.new_context(viewport={"width": 1440, "height": 900})
                    page = context.new_page()
                    runs.append(interactions(page, context.new_cdp_session(page), base))
                    context.close()
            target = TARGETS.get(count)
            print(f"{count:,} products: {each:.1f} bytes each, packed (at most {BYTES})")
            for step in runs[0]:
                median = statistics.median(run[step] for run in runs)
                aimed = target and step not in UNAIMED
                print(f"  {step:<20} {median:7.1f} ms" + (f"  (target {target})" if aimed else ""))
                if aimed and median > target:
                    missed.append(f"{step} at {count:,}: {median:.0f} ms, over {target} ms")
        browser.close()
    for miss in missed:
        print(f"TARGET MISSED: {miss}")


if __name__ == "__main__":
    report([int(argument) for argument in sys.argv[1:]] or sorted(TARGETS))
