"""What axe, the checker of accessibility, objects to on a page."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

ALL = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
QUICK = {"resultTypes": ["violations"], "preload": False, "iframes": False}


def violations(page: Page, rules: dict[str, object] = ALL) -> list[str]:
    """One line an element."""
    found = Axe().run(page, options=rules | QUICK).response
    assert found["passes"], "axe has looked at nothing"
    return [
        f"{page.url}: {rule['id']}: {node['target']} {node['html'][:120]}: {node['failureSummary'].splitlines()[1:2]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
