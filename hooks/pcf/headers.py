"""The headers that a web server is to send with the site, ``_headers``: what a page may load, and who may frame it."""

from __future__ import annotations

from collections.abc import Iterable

# The site's own files alone: no inline script or style, no other host. The theme's icons are data: images.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'"
)
UNFRAMED = f"{POLICY}; frame-ancestors 'none'"
FRAMED = "embed"  # what other sites may show in a frame stands below this folder

COMMON = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Access-Control-Allow-Origin": "*",  # other sites may read the data files; nothing here is secret
}
IMMUTABLE = "public, max-age=31536000, immutable"


def headers_file(files: Iterable[str]) -> str:
    """In the syntax that Netlify and Cloudflare Pages share, for the paths of a site's files.

    Where several rules match a path, Cloudflare Pages joins headers of the same name with a comma, so that each policy
    holds; others take the last. A rule for all paths cannot be loosened for one folder in both. So the rule for all
    lets itself be framed, and each folder with pages, but for the one, has a rule that does not.
    """
    pages = {path for path in files if path.endswith(".html")}
    folders = sorted({path.split("/")[0] for path in pages if "/" in path} - {FRAMED})
    paths = ["/", *(f"/{path}" for path in sorted(pages) if "/" not in path), *(f"/{name}/*" for name in folders)]
    rules = [_rule("/*", {"Content-Security-Policy": POLICY, **COMMON})]
    rules += [_rule(path, {"Content-Security-Policy": UNFRAMED}) for path in paths]
    rules.append(_rule("/assets/pcf/*", {"Cache-Control": IMMUTABLE}))
    return "\n".join(rules)


def _rule(path: str, headers: dict[str, str]) -> str:
    return f"{path}\n" + "".join(f"  {name}: {value}\n" for name, value in headers.items())
