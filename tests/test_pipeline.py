"""A build after a build makes only what an edit touches, and in the preview problems cover all pages until mended."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from markupsafe import escape

from bench_records import records
from pcf import pipeline as module
from pcf import processes
from pcf.evaluate import Outcome, evaluate
from pcf.frames import ThemeError
from pcf.pages import Page
from pcf.pipeline import Kept, Pipeline, Result, Setup
from pcf.search import SearchEntry
from pcf.wording import LANGUAGES
from support import FACTORS, NEW, PRODUCT, PUBLISHER, base, write
from web import tree


def theme(page: Page, content: str) -> str:
    title, description = escape(page.title), escape(page.description)
    return f"<title>{title}</title><a href={page.address}>{description}</a>{page.picture or ''}{content}"


class Builds:
    """Builds of one catalogue in one process; ``made`` are the products that the last one made anew."""

    def __init__(
        self,
        root: Path,
        monkeypatch: pytest.MonkeyPatch,
        *,
        files: dict[str, bytes] | None = None,
        drafts: bool = False,
    ) -> None:
        self.root, self.kept, self.made = write(files or base(), root), Kept(), list[str]()
        self.read, self.old = list[str](), True  # products that were read; whether all files were written long ago
        (root / "docs").mkdir()
        self.setup = Setup(root, root / "docs", root / "site", PUBLISHER, None, None, drafts, documents=False)
        inner = module.make_all

        def make_all(job: Any, names: list[str], progress: Any) -> Any:
            self.made = list(names)
            return inner(job, names, progress)

        monkeypatch.setattr(module, "make_all", make_all)

    def run(self, render: Callable[[Page, str], str] = theme) -> Result:
        return Pipeline(self.setup, render, self.kept, lambda done, of: None).run()

    def edit(self, path: str, old: str, new: str) -> None:
        text = (self.root / path).read_text("utf-8")
        assert old in text
        (self.root / path).write_text(text.replace(old, new, 1), "utf-8")

    def page(self, address: str) -> str:
        return (self.root / "site" / address / "index.html").read_text("utf-8")


@pytest.fixture
def builds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Builds:
    return Builds(tmp_path, monkeypatch)


def test_a_second_build_makes_nothing_in_the_same_process_and_in_another(builds: Builds) -> None:
    first = builds.run()
    assert (first.problems, builds.made) == ([], ["acme-kettle"])
    assert builds.run().digests == first.digests
    assert builds.made == []
    builds.kept = Kept()
    again = builds.run()
    assert again.digests.keys() == first.digests.keys()
    assert {language: said(again, language) for language in LANGUAGES} == {
        language: said(first, language) for language in LANGUAGES
    }
    assert builds.made == []


def test_several_processes_find_what_one_finds_to_be_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And put it into a new site; what was edited, or lost from the store, is made again."""
    monkeypatch.setattr(module, "FEW", 2)
    monkeypatch.setattr(module, "processors", lambda: 3)
    monkeypatch.setattr(processes, "AT_ONCE", 2)
    monkeypatch.setattr(processes, "LEAST", 1)
    for one in (module, processes):  # threads that other tests have left do no harm here
        monkeypatch.setattr(one, "forks", lambda: True)
    builds = Builds(tmp_path, monkeypatch, files=records(7))
    first = builds.run()
    names = list(builds.made)
    assert (first.problems, len(names)) == ([], 7)
    whole = tree(builds.setup.site)
    edited, lost = names[1], names[5]
    with (tmp_path / "products" / edited / "product.yaml").open("a") as file:
        file.write("# a remark\n")
    page = next(file for file in first.digests.values() if file.address.startswith(f"products/{lost}/"))
    (tmp_path / ".cache/site/files" / page.digest[:2] / page.digest).unlink()
    shutil.rmtree(builds.setup.site)
    builds.kept = Kept()
    monkeypatch.setattr(Pipeline, "_holds", outside(Pipeline._holds))
    assert builds.run().problems == []
    assert builds.made == [edited, lost]
    after = tree(builds.setup.site)
    assert after.keys() == whole.keys()
    changed = {path for path in whole if after[path] != whole[path]}
    assert changed == {path for path in whole if path.startswith(f"products/{edited}/") and "/product.yaml" in path}


def outside(method: Callable[..., bool]) -> Callable[..., bool]:
    """Fails in the process of the test: others are to do it."""
    own = os.getpid()

    def called(*arguments: Any) -> bool:
        assert os.getpid() != own
        return method(*arguments)

    return called


def said(result: Result, language: str) -> list[SearchEntry]:
    """By the search."""
    return [entry for part in result.search[language] for entry in part]


@pytest.mark.parametrize(
    ("path", "old", "new", "made"),
    [
        (PRODUCT, "name: {zh: 电水壶", "name: {zh: 电热水壶", ["acme-kettle"]),
        (FACTORS, "source: {zh:", "source: {zh: 另", ["acme-kettle"]),
        ("products/_producers/acme.yaml", "name: {zh: 甲", "name: {zh: 乙", ["acme-kettle"]),
    ],
)
def test_a_product_is_made_again_when_what_it_rests_on_changes(
    builds: Builds, path: str, old: str, new: str, made: list[str]
) -> None:
    builds.run()
    builds.edit(path, old, new)
    assert builds.run().problems == []
    assert builds.made == made


def test_a_record_that_a_product_does_not_use_leaves_it_alone(builds: Builds) -> None:
    builds.run()
    (builds.root / "products/_producers/other.yaml").write_text("name: {zh: 乙, en: Other}\n", "utf-8")
    result = builds.run()
    assert builds.made == []
    assert "producers/other/" in result.addresses
    assert "乙" in builds.page("producers/other")


def test_what_a_product_had_and_has_no_more_leaves_the_site(builds: Builds) -> None:
    builds.run()
    assert "products/acme-kettle/r-1/" in builds.run().addresses
    for path in (builds.root / "products/acme-kettle/r-1").iterdir():
        path.unlink()
    (builds.root / "products/acme-kettle/r-1").rmdir()
    assert "products/acme-kettle/r-1/" not in builds.run().addresses
    assert not (builds.root / "site/products/acme-kettle/r-1/index.html").exists()


def test_problems_cover_every_page_of_the_preview_until_they_are_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    builds = Builds(tmp_path, monkeypatch, drafts=True)
    builds.run()
    whole = {address: builds.page(address) for address in (f"products/{NEW}", "producers/acme", f"en/products/{NEW}")}
    builds.edit(PRODUCT, "model:", "modle:")
    result = builds.run()
    assert "S-UNKNOWN" in {problem.code for problem in result.problems}
    for address in whole:
        assert "pcf-problems" in builds.page(address)
    builds.edit(PRODUCT, "modle:", "model:")
    assert builds.run().problems == []
    assert {address: builds.page(address) for address in whole} == whole


@pytest.mark.parametrize("path", [PRODUCT, FACTORS])
def test_a_mistake_that_is_taken_back_makes_nothing_again(builds: Builds, path: str) -> None:
    """Not even one in a record that all products share."""
    builds.run()
    text = (builds.root / path).read_text("utf-8")
    (builds.root / path).write_text(f"{text}\nanother: key\n", "utf-8")
    assert builds.run().problems != []
    (builds.root / path).write_text(text, "utf-8")
    assert builds.run().problems == []
    assert builds.made == []


@pytest.fixture
def followed(builds: Builds, monkeypatch: pytest.MonkeyPatch) -> Builds:
    """Built twice in one process that follows edits; ``read`` are the products that the last build read."""
    inner = module.read_product

    def read_product(root: Path, name: str) -> Any:
        builds.read.append(name)
        return inner(root, name)

    def no_example(*_: object) -> Any:  # the page about cards reads one product in each build
        return Outcome(evaluate(base()).catalogue, {}, ())

    monkeypatch.setattr(module, "read_product", read_product)
    monkeypatch.setattr(Pipeline, "_outcome", no_example)
    monkeypatch.setattr(module, "settled", lambda traces: builds.old)
    builds.kept = Kept(followed=True)
    builds.run()
    builds.run()
    builds.read.clear()
    return builds


def test_a_product_whose_files_nobody_touched_is_not_read_again(followed: Builds) -> None:
    first = followed.run()
    assert (followed.read, followed.made) == ([], [])
    inventory = followed.root / "products/acme-kettle/r-2/inventory.yaml"
    inventory.write_bytes(inventory.read_bytes())  # the same text, saved again
    assert followed.run().digests == first.digests
    assert (followed.read, followed.made) == (["acme-kettle"], [])


def test_a_file_that_was_written_just_now_is_read_again(followed: Builds) -> None:
    """A second change within one step of the file system's clock would leave the same trace."""
    followed.old = False
    followed.kept.untouched.clear()
    followed.run()
    followed.run()
    assert followed.read == ["acme-kettle", "acme-kettle"]


@pytest.mark.parametrize("path", [FACTORS, "products/_producers/acme.yaml"])
def test_every_product_is_looked_at_when_a_record_that_they_share_changes(followed: Builds, path: str) -> None:
    text = (followed.root / path).read_text("utf-8")
    (followed.root / path).write_text(f"{text}# a remark\n", "utf-8")
    followed.run()
    assert followed.read == ["acme-kettle"]


def test_a_page_that_lists_what_it_listed_before_is_not_made_again(
    followed: Builds, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    inner = Page.render
    monkeypatch.setattr(Page, "render", lambda page: made.append(page.url) or inner(page))
    before = followed.run()
    assert made == []
    followed.edit(PRODUCT, "name: {zh: 电水壶", "name: {zh: 电热水壶")
    after = followed.run()
    assert "producers/acme/" in made
    assert "en/producers/acme/" not in made  # it does not say the Chinese name
    assert "电热水壶" in followed.page("producers/acme")
    followed.kept = Kept()
    plain = followed.run()
    assert {a: f.digest for a, f in after.digests.items()} == {a: f.digest for a, f in plain.digests.items()}
    assert before.digests.keys() == after.digests.keys()


def test_a_product_renamed_in_the_preview_answers_under_both_names(builds: Builds) -> None:
    """What one product leaves and another takes over in the same save stays."""
    builds.run()
    (builds.root / "products/acme-kettle").rename(builds.root / "products/acme-pot")
    builds.edit("products/acme-pot/product.yaml", "name:", "former_ids: [acme-kettle]\nname:")
    assert builds.run().problems == []
    site = builds.root / "site"
    assert "acme-pot" in builds.page("products/acme-kettle")
    for address in (
        "products/acme-pot/r-2/index.html",
        "products/acme-kettle/r-2/footprint.json",
        "embed/acme-pot.svg",
    ):
        assert (site / address).exists()
    (builds.root / "products/acme-pot").rename(builds.root / "products/acme-kettle")
    builds.edit("products/acme-kettle/product.yaml", "former_ids: [acme-kettle]\n", "")
    assert builds.run().problems == []
    assert "<h1" in builds.page("products/acme-kettle/r-2")
    assert not (site / "products/acme-pot").exists() or not any((site / "products/acme-pot").rglob("*.html"))


def test_a_maker_that_is_gone_has_no_page_in_the_preview(builds: Builds) -> None:
    other = builds.root / "products/_producers/other.yaml"
    other.write_text("name: {zh: 乙, en: Other}\n", "utf-8")
    builds.run()
    assert (builds.root / "site/en/producers/other/index.html").exists()
    other.unlink()
    builds.run()
    assert not (builds.root / "site/en/producers/other/index.html").exists()


def test_an_error_before_anything_was_made_spoils_nothing_later(
    builds: Builds, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise FileNotFoundError("a checkout was under way")

    pipeline = Pipeline(builds.setup, theme, builds.kept, lambda done, of: None)
    with monkeypatch.context() as patch:
        patch.setattr(module, "read_shared", fail)
        with pytest.raises(FileNotFoundError):
            pipeline.run()
        assert pipeline.cover(Result(()), "a trace").pages
    assert builds.run().problems == []
    assert "<h1" in builds.page(f"products/{NEW}")


def test_a_theme_that_looks_at_a_page_is_not_taken_for_a_frame(builds: Builds) -> None:
    with pytest.raises(ThemeError):
        builds.run(lambda page, content: f"{len(page.title)}{content}")
