"""What is kept from build to build, and the frames that pages are put into, change nothing: a build is what it would
be without them.
"""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from pcf.checksums import differences, read_manifest
from published import FAN, KETTLE, LAMP, RECORDS
from web import build, make_root, mkdocs, tree

Change = Callable[[Path], None]


def edit(name: str, old: str, new: str) -> Change:
    def change(root: Path) -> None:
        text = (root / name).read_text("utf-8")
        assert old in text
        (root / name).write_text(text.replace(old, new), "utf-8")

    return change


def drop(name: str) -> Change:
    return lambda root: shutil.rmtree(root / name)


def commit(root: Path) -> None:
    who = ("-c", "user.name=test", "-c", "user.email=test@example.org")
    for words in (("init", "-q"), ("add", "products"), (*who, "commit", "-qm", "records")):
        subprocess.run(["git", *words], cwd=root, check=True)


def another_steel(root: Path) -> None:
    """The same figures under another name."""
    path = root / "products/_factors/agency/2025-1.yaml"
    text = path.read_text("utf-8")
    steel = text[text.index("  steel:") : text.index("  steel-recovered:")]
    path.write_text(text + steel.replace("  steel:", "  steel-b:", 1), "utf-8")


LAMP_INVENTORY = "products/yisi-lamp/n-17/inventory.yaml"
KETTLE_PRODUCT = "products/jiachen-kx200/product.yaml"
# One after the other, each on top of those before.
CHANGES: dict[str, Change] = {
    "nothing": lambda root: None,
    "a word of a product": edit(KETTLE_PRODUCT, "双层壶体", "三层壶体"),
    "an amount, and with it the seal": edit(LAMP_INVENTORY, "3.10 kWh", "3.1000 kWh"),
    "the source of a factor": edit("products/_factors/lab/2024.yaml", "表1", "表 1"),
    "one factor more": another_steel,
    "a line of another factor of the same release": edit(
        LAMP_INVENTORY, "agency/2025-1/steel,", "agency/2025-1/steel-b,"
    ),
    "the label of a newer factor": edit("products/_factors/lab/2024.yaml", "电力（2024年）", "电能（2024年）"),
    "the end of validity": edit("products/yisi-lamp/n-17/statement.yaml", "2026-06-30", "2026-07-31"),
    "a producer": edit("products/_producers/yisi.yaml", "乙巳照明厂", "乙巳灯具厂"),
    "a body": edit("products/_bodies/north.yaml", "North Verification Ltd", "Northern Verification Ltd"),
    "a category": edit("products/_categories.yaml", "照明器具", "灯具"),
    "a report withdrawn": edit(
        "products/yisi-lamp/n-17/review.yaml", "seal:", "withdrawn: {date: 2026-01-02, reason: {zh: 有误}}\nseal:"
    ),
    "a product renamed": lambda root: (
        (root / "products/jiachen-fan").rename(root / "products/jiachen-blower"),
        edit("products/jiachen-blower/product.yaml", "name:", "former_ids: [jiachen-fan]\nname:")(root),
    )[0],
    "a report gone": drop("products/jiachen-kx200/vt-2024-01"),
    "history": commit,
    "another value, and a commit": lambda root: (
        edit(LAMP_INVENTORY, "3.1000 kWh", "3.10000 kWh")(root),
        commit(root),
    )[0],
    "a product gone": drop("products/yisi-lamp"),
    "the name of the site": edit("mkdocs.yml", "产品碳足迹目录", "碳足迹"),
    "the navigation": edit("mkdocs.yml", "  - 方法:", "  - 办法:"),
    "a template": edit("hooks/pcf/templates/report.html", "pcf-report", "pcf-report pcf-other"),
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_root(tmp_path_factory.mktemp("kept") / "root", RECORDS)
    commit(root)
    build(root)
    return root


@pytest.mark.parametrize("change", CHANGES)
def test_a_build_after_a_change_is_what_mkdocs_alone_would_make(root: Path, change: str) -> None:
    """With what was kept of the builds before, and without: where the theme renders every page."""
    CHANGES[change](root)
    kept = tree(build(root, SOURCE_DATE_EPOCH="1767225600"))
    done = mkdocs(root, "build", "--strict", "-d", "plain", PCF_PLAIN="1", SOURCE_DATE_EPOCH="1767225600")
    assert done.returncode == 0, done.stderr
    plain = tree(root / "plain")
    assert sorted(kept) == sorted(plain)
    assert [name for name in plain if kept[name] != plain[name]] == []


def test_a_day_after_the_end_of_validity_the_kept_pages_are_made_again(tmp_path: Path) -> None:
    """The lamp's report ends on 2026-06-30; nothing in the records changes on the next day."""
    root = make_root(tmp_path / "root", RECORDS)
    page = root / "site" / LAMP / "index.html"
    texts = []
    for day in ("1782777600", "1782864000"):  # 2026-06-30 and 2026-07-01
        build(root, SOURCE_DATE_EPOCH=day)
        texts.append('class="pcf-banner pcf-banner--expired" role="note">' in page.read_text("utf-8"))
    assert texts == [False, True]


def test_only_what_an_edit_touches_is_made_again(tmp_path: Path) -> None:
    """What is kept is the very file: by another name of it, where the system can give it one."""
    root = make_root(tmp_path / "root", RECORDS)

    def files() -> dict[str, int]:
        return {
            name: (root / "site" / name).stat().st_ino for name in tree(build(root)) if name.startswith("products/")
        }

    before = files()
    edit(KETTLE_PRODUCT, "双层壶体", "三层壶体")(root)
    after = files()
    changed = {name for name in before if before[name] != after[name]}
    assert {f"{KETTLE}index.html", f"{KETTLE}index.md"} <= changed
    assert {name for name in changed if not name.startswith("products/jiachen-kx200/")} == set()


@pytest.mark.parametrize("harm", ["written over in the site", "gone from the store", "no database", "half a database"])
def test_what_was_kept_and_is_not_as_it_was_left_is_made_again(tmp_path: Path, harm: str) -> None:
    root = make_root(tmp_path / "root", RECORDS)
    wanted = tree(build(root))
    store = root / ".cache" / "site"
    if harm == "written over in the site":
        for name in (f"{FAN}index.html", "catalogue.json"):
            with (root / "site" / name).open("r+b") as file:
                file.write(b"<!-- another -->")
    elif harm == "gone from the store":
        for path in list((store / "files").rglob("*"))[::3]:
            if path.is_file():
                path.unlink()
    elif harm == "no database":
        (store / "facts.sqlite").write_bytes(b"no database at all, but long enough to look like one" * 50)
    else:
        raw = (store / "facts.sqlite").read_bytes()
        (store / "facts.sqlite").write_bytes(raw[: len(raw) // 2])
    assert tree(build(root)) == wanted
    assert tree(build(root)) == wanted


def test_what_nothing_uses_any_more_leaves_the_store(tmp_path: Path) -> None:
    root = make_root(tmp_path / "root", RECORDS)
    build(root)
    files = root / ".cache" / "site" / "files"
    many = sum(path.is_file() for path in files.rglob("*"))
    for word in ("三层壶体", "四层壶体", "五层壶体", "六层壶体"):
        path = root / KETTLE_PRODUCT
        text = path.read_text("utf-8")
        path.write_text(text.replace(text[(at := text.index("层壶体") - 1) : at + 4], word), "utf-8")
        build(root)
    assert sum(path.is_file() for path in files.rglob("*")) <= many + 20  # of what four edits made, the last
    with sqlite3.connect(root / ".cache" / "site" / "facts.sqlite") as database:
        assert database.execute("select count(*) from variants").fetchone() == (1,)


def test_a_theme_that_looks_at_a_page_renders_every_page_itself(tmp_path: Path) -> None:
    """An override that counts the letters of the title cannot be put into a frame; the build says so and is right."""
    root = make_root(tmp_path / "root", RECORDS)
    edit(
        "hooks/pcf/theme/overrides/main.html",
        "{{ super() }}",
        "{{ super() }}\n{% if page %}<meta name='length' content='{{ page.title | length }}'>{% endif %}",
    )(root)
    done = mkdocs(root, "build", "--strict")
    assert done.returncode == 0, done.stderr
    assert "every page is rendered by the theme itself" in done.stderr
    found = tree(root / "site")
    assert b"<meta name='length' content='" in found[f"{KETTLE}index.html"]
    assert mkdocs(root, "build", "--strict", PCF_PLAIN="1").returncode == 0
    assert tree(root / "site") == found


def test_a_hook_of_the_publishers_that_changes_pages_still_does(tmp_path: Path) -> None:
    """It is asked about the frame, and about a page of each shape; where they do not agree, about every page."""
    root = make_root(tmp_path / "root", RECORDS)
    hook = "def on_post_page(output, page, **_):\n    return output.replace('</body>', f'<!-- {page.url} --></body>')\n"
    (root / "hooks" / "marks.py").write_text(hook, "utf-8")
    edit("mkdocs.yml", "hooks: [hooks/publish.py]", "hooks: [hooks/publish.py, hooks/marks.py]")(root)
    site = build(root)
    for address in (KETTLE, FAN, f"en/{LAMP}"):
        assert f"<!-- {address} -->" in (site / address / "index.html").read_text("utf-8")


LINKS = (
    "[kettle](../products/jiachen-kx200/vt-2025-03/index.md) [data](../catalogue.csv) [x](../producers/yisi/index.md)"
)


def test_links_from_documents_to_what_is_made_of_records_are_kept(tmp_path: Path) -> None:
    root = make_root(tmp_path / "root", RECORDS)
    page = root / "docs" / "methodology" / "using.md"
    text = page.read_text("utf-8")
    page.write_text(f"{text}\n{LINKS}\n", "utf-8")
    html = (build(root) / "methodology" / "using" / "index.html").read_text("utf-8")
    assert 'href="../../products/jiachen-kx200/vt-2025-03/"' in html
    assert 'href="../../catalogue.csv"' in html
    page.write_text(f"{text}\n[gone](../products/jiachen-kx200/vt-1999/index.md)\n", "utf-8")
    done = mkdocs(root, "build", "--strict")
    assert done.returncode == 1
    assert "methodology/using.md" in done.stderr
    assert "vt-1999" in done.stderr


def test_a_link_to_a_place_that_a_page_of_records_does_not_have_is_told(tmp_path: Path) -> None:
    root = make_root(tmp_path / "root", RECORDS)
    page = root / "docs" / "methodology" / "using.md"
    page.write_text(f"{page.read_text('utf-8')}\n[there](../reference/problems/index.md#Q-NOWHERE)\n", "utf-8")
    done = mkdocs(root, "build", "--strict")
    assert done.returncode == 1
    assert "Q-NOWHERE" in done.stderr


def test_the_manifest_is_of_the_files_that_are_there(tmp_path: Path) -> None:
    """A hook that writes into the finished site is not told from what was kept, but by size and time of each file."""
    root = make_root(tmp_path / "root", RECORDS)
    late = f"""
import pathlib

def on_post_build(config, **_):
    page = pathlib.Path(config.site_dir, "{KETTLE}index.html")
    page.write_bytes(page.read_bytes() + b"<!-- -->")
"""
    (root / "hooks" / "late.py").write_text(late, "utf-8")
    edit("mkdocs.yml", "hooks: [hooks/publish.py]", "hooks: [hooks/publish.py, hooks/late.py]")(root)
    for _ in range(2):
        build(root)
        assert not differences(root / "site", read_manifest((root / "site.sha256").read_bytes()))
