"""The headers a host is asked to send: no page but those below embed/ in a frame, however the host joins its rules."""

from __future__ import annotations

import pytest

from pcf.headers import POLICY, headers_file
from web import headers_of, read_headers

FILES = ["index.html", "404.html", "en/index.html", "en/factors/index.html", "products/a/1/index.html", "embed/a.html",
         "embed/a.en.html", "embed/a.svg", "assets/pcf/pcf.js", "catalogue.json", "_headers"]  # fmt: skip
RULES = read_headers(headers_file(FILES))


def policies(path: str, *, joined: bool) -> list[dict[str, list[str]]]:
    """Every policy that holds for a path: its directives with their values."""
    sent = headers_of(RULES, path, joined=joined)["Content-Security-Policy"]
    return [{d.split()[0]: d.split()[1:] for d in policy.split(";")} for policy in sent.split(",")]


@pytest.mark.parametrize("joined", [True, False])
def test_only_what_is_below_embed_may_be_framed(joined: bool) -> None:
    """On a host that joins headers of the same name, and on one that takes the last."""
    for path in ("/", "/index.html", "/404.html", "/en/", "/en/factors/", "/products/a/1/"):
        assert ["'none'"] in [policy.get("frame-ancestors") for policy in policies(path, joined=joined)], path
    for path in ("/embed/a.html", "/embed/a.en.html"):
        assert [policy.get("frame-ancestors") for policy in policies(path, joined=joined)] == [None]


@pytest.mark.parametrize("path", ["/", "/en/", "/products/a/1/", "/embed/a.html", "/no/such/page", "/catalogue.json"])
def test_every_path_has_the_strict_policy(path: str) -> None:
    """Nothing by default; scripts and styles from the site's own files alone; no other host in any directive."""
    for joined in (True, False):
        for policy in policies(path, joined=joined):
            assert policy["default-src"] == ["'none'"]
            assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == ["'self'"]
            assert policy["base-uri"] == policy["form-action"] == policy["object-src"] == ["'none'"]
            assert {value for values in policy.values() for value in values} <= {"'none'", "'self'", "data:"}
            assert [name for name, values in policy.items() if "data:" in values] == ["img-src"]
    assert headers_of(RULES, path)["X-Content-Type-Options"] == "nosniff"
    assert "Referrer-Policy" in headers_of(RULES, path)


def test_only_files_named_for_their_content_are_kept_for_long() -> None:
    assert headers_of(RULES, "/assets/pcf/pcf.js")["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Cache-Control" not in headers_of(RULES, "/catalogue.json")
    assert "Cache-Control" not in headers_of(RULES, "/")


def test_the_file_stays_within_what_hosts_take() -> None:
    """Cloudflare Pages: 100 rules, 2,000 characters a line. The number of products adds none."""
    many = headers_file([*FILES, *(f"products/p{i}/1/index.html" for i in range(10_000))])
    assert many == headers_file(FILES)
    assert len({path for path, _, _ in RULES}) < 100
    assert max(len(line) for line in many.splitlines()) < 2000
    assert POLICY in many
