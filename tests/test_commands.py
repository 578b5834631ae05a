"""The commands that show, recalculate and begin: what they print, write and refuse, in both languages."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import pcf.emptying
from pcf.annotations import annotation
from pcf.cli import main
from pcf.columns import cells, table
from pcf.evaluate import evaluate
from pcf.exports import footprint
from pcf.files import read_folder
from pcf.problems import Problem
from pcf.terminal import _phrases
from support import NEW, OLD, R2, RECORDS, base, edited, read_tree, write
from test_docs import uncommented

ROOT = Path(__file__).parent.parent
LANGUAGES = ("zh", "en")
STEEL, DIESEL, POWER = "lab/2024/steel", "lab/2024/diesel", "lab/2024/electricity"


def pcf_command(*arguments: str | Path, text: str | None = None, colour: bool = False) -> Result:
    return CliRunner().invoke(main, list(map(str, arguments)), input=text, color=colour)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The base catalogue on disk, in a folder with a space and Chinese in its name."""
    return write(base(), tmp_path / "目录 1")


# Words


def test_every_phrase_is_there_in_both_languages() -> None:
    """With the same placeholders."""
    for key, words in _phrases().items():
        assert set(words) == {"zh", "en"}, key
        zh, en = (set(re.findall(r"\{(\w+)\}", words[language])) for language in LANGUAGES)
        assert zh == {name for name in en if not name.endswith("_s")}, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_is_in_the_language_asked_for(language: str) -> None:
    """Wherever --language stands; the list names every command, and every option of each has words."""
    overview = pcf_command("--help", "--language", language).output
    for name, command in main.commands.items():  # type: ignore[attr-defined]
        told = pcf_command(name, "--help", "--language", language)
        assert told.exit_code == 0
        assert f"  {name} " in overview
        assert told.output == pcf_command("--language", language, name, "--help").output
        assert bool(re.search(r"[\u4e00-\u9fff]", re.sub("--.*", "", told.output))) == (language == "zh"), name
        assert [o for p in command.params for o in p.opts if o.startswith("--") and o not in told.output] == []


@pytest.mark.parametrize(
    ("arguments", "zh", "en"),
    [
        (["chek"], "没有命令“chek”", "there is no command 'chek'"),
        (["check", "--formt", "json"], "是否应为 --format", "did you mean --format"),
        (["check", "--format", "xml"], "可用：text, json, github", "use one of: text, json, github"),
        (["show"], "缺少 PRODUCT/REPORT", "PRODUCT/REPORT is missing"),
    ],
)
def test_a_command_line_that_cannot_be_understood_exits_2(arguments: list[str], zh: str, en: str) -> None:
    """With words in the language of the run, and nothing on the output."""
    for language, words in (("zh", zh), ("en", en)):
        result = pcf_command(*arguments, "--language", language)
        assert (result.exit_code, result.stdout) == (2, "")
        assert words in result.stderr


# pcf check --format github


def test_annotations_are_escaped_as_github_reads_them() -> None:
    """Per cent everywhere, commas and colons in a property; controls are written out (actions/toolkit, command.ts)."""
    line = annotation("error", "products/a,b:c%.yaml", 3, "S-TODO", "50%\r\n::error::x\x1b[31m", column=7)

    assert line == "::error file=products/a%2Cb%3Ac%25.yaml,line=3,col=7,title=S-TODO::50%25%0D%0A::error::x\\u001b[31m"


def test_check_gives_an_annotation_for_each_problem(tmp_path: Path) -> None:
    """One line each on the output, and exit code 1."""
    write(base() | read_tree(RECORDS / "q-unit-lower-case"), tmp_path)

    result = pcf_command("check", "--root", tmp_path, "--format", "github", "--language", "en")

    assert result.exit_code == 1
    assert result.stdout == (
        "::error file=products/acme-kettle/r-1/inventory.yaml,line=14,col=17,title=Q-UNIT::"
        "unit 'kwh' is not known; did you mean kWh?\n"
    )


# Tables


def test_columns_line_up_where_characters_are_two_cells_wide() -> None:
    """Han and full-width forms take two cells, marks that combine none."""
    assert [cells(text) for text in ("kWh", "电力", "（ＡＢ）", "e\u0301", "± × ₂")] == [3, 4, 8, 1, 5]
    assert table([["电力", "1.0"], ["coal", "12.25"], ["", ""]], right=(1,)) == ["电力    1.0", "coal  12.25", ""]


# pcf show


def test_show_prints_the_derivation_with_units(root: Path) -> None:
    """Every line with its multipliers; declared beside recomputed; what is not quantified is named, and is no zero."""
    result = pcf_command("show", NEW, "--root", root, "--language", "en")
    lines = {
        re.split(r"  +", line.strip())[0]: re.split(r"  +", line.strip())[1:] for line in result.output.split("\n")
    }

    assert result.exit_code == 0
    assert lines["Sheet of the body"] == ["1.200 kg × 2.000 kgCO₂e/kg", "2.400"]
    assert lines["Inbound transport"][1:] == ["0.1400", "reproduces, with unprinted values"]
    assert lines["Distribution"][1:] == ["0.3000", "does not reproduce (−0.0200, −6.7 %)"]
    assert lines["Second row"] == lines["Use"] == ["not quantified"]
    assert lines["Storage"] == ["outside the boundary"]
    assert lines["Not quantified"] == ["Use"]
    assert "× 40.00 GJ/t* × 0.0700* tCO₂/GJ" not in result.output
    assert " ".join(lines["Status"]).startswith("Does not reproduce · Verified")


def test_a_product_alone_is_its_current_report_and_json_is_the_footprint(root: Path) -> None:
    """The same data as the file that is published."""
    outcome = evaluate(base())

    result = pcf_command("show", "acme-kettle", "--root", root, "--format", "json")

    assert json.loads(result.stdout) == footprint(outcome, outcome.evaluations[NEW])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_that_is_not_there_is_refused_with_the_nearest(language: str, root: Path) -> None:
    """In the language of the run."""
    result = pcf_command("show", "acme-kettle/r-3", "--root", root, "--language", language)

    assert (result.exit_code, result.stdout) == (1, "")
    assert "acme-kettle/r-" in result.stderr.split("acme-kettle/r-3", 1)[1]


def test_colour_is_for_terminals_only(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not in a pipe, and not where NO_COLOR is set."""
    monkeypatch.delenv("NO_COLOR", raising=False)

    assert "\x1b[" not in pcf_command("show", NEW, "--root", root).output
    assert "\x1b[31m" in pcf_command("show", NEW, "--root", root, colour=True).output
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in pcf_command("show", NEW, "--root", root, colour=True).output


@pytest.mark.parametrize("text", ["\x1b]0;owned\x07", "a\r\x1b[2Kb", "\u202egnp", "\x9b31m"])
def test_control_characters_never_reach_the_terminal(text: str, root: Path) -> None:
    """Whether they come as an argument, a setting or an answer; what they are is written out."""
    for arguments in (
        ["show", text], ["seal", text], ["what-if", f"{text}=1"], ["what-if", f"{STEEL}={text}"], [text], ["new", text],
        ["new", "a-b", "--producer", text], ["new", "a-b", "--unit", text],
    ):  # fmt: skip
        result = pcf_command(*arguments, *([] if arguments == [text] else ["--root", root]))
        assert result.exit_code in (1, 2)
        assert all(c.isprintable() or c in "\n\u3000" for c in result.output), (arguments, result.output)


# pcf factors


def test_the_register_counts_uses_and_tells_what_is_outdated(root: Path) -> None:
    """The old report uses the factors of 2023, which those of 2024 supersede; counts are of a plain search."""
    result = pcf_command("factors", "--root", root, "--format", "json")
    listed = {entry["id"]: entry for entry in json.loads(result.stdout)["factors"]}
    text = {r: base()[f"products/{r}/inventory.yaml"].decode().split("factor_citations")[0] for r in (OLD, NEW)}
    superseding = {e["id"] for e in listed.values() if any(e["id"] in o["superseded_by"] for o in listed.values())}

    for name, entry in listed.items():
        uses = {report: len(re.findall(rf"factor: {name}\n", text[report])) for report in (OLD, NEW)}
        assert entry["lines"] == sum(uses.values()), name
        assert entry["reports"] == [report for report in (OLD, NEW) if uses[report]]
        old = bool(entry["superseded_by"])
        assert entry["state"] == {
            (True, True): "outdated", (True, False): "superseded", (False, True): "used", (False, False): "unused"
        }[old, bool(entry["reports"])]  # fmt: skip
    assert listed["lab/2023/electricity"]["state"] == "outdated"
    assert superseding <= {name for name in listed if name.startswith("lab/2024/")}
    assert (
        "outdated: superseded by lab/2024/electricity"
        in pcf_command("factors", "--root", root, "--language", "en", "--only", "outdated").stdout
    )


# pcf what-if


def test_another_factor_value_is_carried_through_exactly(root: Path) -> None:
    """3.5 kWh at 0.6 for 0.5000 kgCO2e/kWh is 0.35 more; the old report uses none of it. Nothing is written."""
    before = {path: (root / path).read_bytes() for path in base()}

    for value in ("0.6", "600 gCO2e/kWh", "0.6 tCO2e/MWh"):
        data = json.loads(pcf_command("what-if", f"{POWER}={value}", "--root", root, "--format", "json").stdout)
        (report,) = data["reports"]
        change = {"difference": "0.35", "unit": "kgCO2e"}
        assert (data["verified"], data["unchanged"], report["report"]) == (False, 1, NEW)
        assert report["stages"] == [
            {"id": "production", "before": "2.037", "after": "2.387", "percent": "17.18"} | change
        ]  # fmt: skip
        assert report["total"] == {"before": "3.657", "after": "4.007", "percent": "9.57"} | change
    assert {path: (root / path).read_bytes() for path in before} == before


@pytest.mark.parametrize(("language", "mark"), [("zh", "未经核查"), ("en", "NOT VERIFIED")])
def test_what_is_recalculated_says_so_first(language: str, mark: str, root: Path) -> None:
    """Before any number."""
    lines = pcf_command("what-if", f"{POWER}=0.6", "--root", root, "--language", language).stdout.splitlines()

    assert mark in lines[0]
    assert lines[1].split() == [POWER, "0.5000", "kgCO2e/kWh", "→", "0.6", "kgCO2e/kWh"]
    assert [line.split()[-4:] for line in lines if line.startswith(NEW)] == [["3.66", "4.01", "+0.35", "+9.6"]]


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("lab/2024/stel=1", "did you mean 'lab/2024/steel'?"),
        (f"{STEEL}=1 kWh", "unit 'kWh' does not measure"),
        (f"{STEEL}=2 kgCO2/kg", "unit 'kgCO2/kg' does not measure"),
        (f"{STEEL}=1e3", "write the digits out"),
        (f"{STEEL}=2.5kg", "put one space between number and unit"),
        (f"{STEEL}=", "is not FACTOR=VALUE"),
        (STEEL, "is not FACTOR=VALUE"),
    ],
)
def test_a_setting_that_is_none_is_refused(setting: str, words: str, root: Path) -> None:
    """With what is wrong and what to do, and nothing printed beside it."""
    result = pcf_command("what-if", setting, f"{DIESEL}=0.08", "--root", root, "--language", "en")

    assert (result.exit_code, result.stdout) == (1, "")
    assert words in result.stderr


def test_two_values_of_one_factor_are_refused(root: Path) -> None:
    """Neither is taken for the other."""
    result = pcf_command("what-if", f"{STEEL}=1", f"{STEEL}=2", "--root", root, "--language", "en")

    assert result.exit_code == 1
    assert f"'{STEEL}' is given twice" in result.stderr


@pytest.mark.parametrize("command", [["factors"], ["what-if", f"{STEEL}=1"]])
def test_a_catalogue_with_problems_is_not_summed_up(command: list[str], tmp_path: Path) -> None:
    """What could not be read would be missing without a word."""
    write(edited(base(), f"{R2}/inventory.yaml", ("1.200 kg", "1.200 Kg")), tmp_path)

    result = pcf_command(*command, "--root", tmp_path)

    assert (result.exit_code, result.stdout) == (1, "")
    assert "Q-UNIT" in result.stderr


# pcf new


def problems_of(root: Path) -> list[Problem]:
    files, met = read_folder(root)
    return list(evaluate(files, more=met).problems)


BEGUN: dict[str, list[str]] = {
    "a product": ["acme-pot"],
    "a product, described": [
        "acme-pot/r-9", "--model", "P: 1", "--name-zh", "壶 #3", "--name-en", "'Pot'", "--producer", "acme",
        "--category", "kettle", "--unit", "2 piece", "--scope", "gate-to-gate",
    ],
    "a product of a new producer": ["bolt-pot", "--producer", "bolt"],
    "a report like another": ["acme-kettle/r-3", "--like", NEW],
    "a product like another": ["acme-pot/r-9", "--like", OLD, "--model", "P1"],
    "a report with its statement": ["acme-kettle/r-3", "--statement", "--body", "verity"],
    "a statement of a new body": ["acme-kettle/r-3", "--statement", "--like", NEW, "--body", "other"],
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", BEGUN)
def test_what_is_begun_lacks_only_what_is_marked(name: str, language: str, root: Path) -> None:
    """Every problem is a TODO at the place of a TODO; with every optional key, too; no other file is touched."""
    result = pcf_command("new", *BEGUN[name], "--root", root, "--language", language, "--no-ask")
    assert result.exit_code == 0, result.output
    files = read_tree(root)
    written = {path: raw.decode("utf-8") for path, raw in files.items() if path not in base()}

    assert {path: files[path] for path in base()} == base()
    for path, text in written.items():
        assert path in result.stdout
        assert text.startswith("# yaml-language-server: $schema=../")
        told = {(p.line, p.code) for p in problems_of(root) if p.path == path}
        asked = {(n, "S-TODO") for n, line in enumerate(text.split("\n"), 1) if "TODO" in line.partition("#")[0]}
        assert told == asked
        (root / path).write_text(uncommented(text), "utf-8")
    assert {p.code for p in problems_of(root)} <= {"S-TODO", "R-STATE"}


def test_a_report_like_another_takes_no_number(root: Path) -> None:
    """Factors and method texts are those of the other; amounts, dates, shares and printed values are to fill in."""
    pcf_command("new", "acme-kettle/r-3", "--like", NEW, "--root", root, "--language", "en", "--statement")
    made = {
        name: (root / f"products/acme-kettle/r-3/{name}.yaml").read_text("utf-8") for name in ("inventory", "statement")
    }
    values = "\n".join(re.sub(r"#.*", "", text) for text in made.values())

    assert re.findall(r": *-?[0-9][0-9.]*(?: \S+)?$", values, re.M) == []
    assert re.findall(r"factor: (\S+)", made["inventory"].split("factor_citations:")[0]) == re.findall(
        r"factor: (\S+)", base()[f"{R2}/inventory.yaml"].decode().split("factor_citations:")[0]
    )
    assert "allocation:\n    zh: 按产量\n    en: By output\n" in re.sub(r"(?m)^ *#.*\n", "", made["inventory"])
    assert "body: verity" in made["statement"]


def test_a_draft_that_is_filled_in_is_whole(root: Path) -> None:
    """A small record from nothing but `pcf new` and an editor: the check finds it whole, and it is a draft."""
    pcf_command("new", "acme-pot", "--model", "P1", "--name-en", "Pot", "--producer", "acme", "--category", "kettle",
                "--unit", "1 piece", "--scope", "gate-to-gate", "--root", root, "--language", "en")  # fmt: skip
    path = root / "products/acme-pot/draft/inventory.yaml"
    fill = {
        "start": "2025-01-01", "end": "2025-12-31", "factor": STEEL, "amount": "3.00 kg", "per_input": "1 %",
        "total": "5 %",
    }  # fmt: skip
    text = re.sub(r"(?m)^([ -]*)(\w+): TODO$", lambda m: f"{m[1]}{m[2]}: {fill[m[2]]}", path.read_text("utf-8"))
    text = text.replace("{zh: TODO, en: TODO}", "{en: Words}").replace(
        "named_stages: [TODO]", "named_stages: [production]"
    )
    text = text.replace("gases: [TODO]", "gases: [CO2]").split("#factor_citations")[0] + (
        "factor_citations:\n"
        f"  - {{factor: {STEEL}, value: 2.000, unit: not-printed, net_calorific_value: not-needed}}\n"
    )
    path.write_text(text, "utf-8")

    result = pcf_command("show", "acme-pot", "--root", root, "--language", "en")

    assert problems_of(root) == []
    assert "No statement yet: a draft." in result.output
    assert re.search(r"3\.00 kg × 2\.000 kgCO₂e/kg +6\.0000\n", result.output)


REFUSED: dict[str, tuple[list[str], str]] = {
    "a report that is there": ([NEW], "is there already, and nothing is overwritten"),
    "a statement that is there": ([NEW, "--statement"], "statement.yaml is there already"),
    "a name that is no id": (["Acme_Pot"], "'Acme_Pot' cannot be an id"),
    "a report that is no id": (["acme-kettle/../x"], "cannot be an id"),
    "a name that Windows keeps": (["con"], "'con' cannot be an id"),
    "a known product described": (["acme-kettle/r-3", "--model", "K2"], "--model would change nothing"),
    "a body without a statement": (["acme-kettle/r-3", "--body", "verity"], "--body goes into the statement"),
    "a report to follow that is not there": (["acme-kettle/r-3", "--like", "acme-kettle/r-8"], "no report"),
    "a category that is not there": (["acme-pot", "--category", "pot"], "has no 'pot'"),
    "a unit of emissions": (["acme-pot", "--unit", "1 kgCO2e"], "--unit: unit 'kgCO2e' does not measure"),
    "a unit without a number": (["acme-pot", "--unit", "piece"], "--unit: 'piece' is not a number"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_begun_is_refused_and_nothing_is_written(name: str, root: Path) -> None:
    """With the reason and what to do."""
    arguments, words = REFUSED[name]

    result = pcf_command("new", *arguments, "--root", root, "--language", "en", "--no-ask")

    assert (result.exit_code, result.stdout) == (1, "")
    assert words in result.stderr
    assert read_tree(root) == base()


def test_what_no_option_says_is_asked(root: Path) -> None:
    """An answer that cannot be an id is asked for again; an empty one leaves its place to be filled in."""
    answers = "P1\n\nPot\nAcme!\nacme\n\n"

    result = pcf_command("new", "acme-pot", "--ask", "--root", root, "--language", "zh", text=answers)
    made = (root / "products/acme-pot/product.yaml").read_text("utf-8")

    assert result.exit_code == 0
    assert "“Acme!”不能作标识" in result.output
    assert [line for line in made.split("\n") if line and "#" not in line] == [
        "name:", "  en: Pot", "model: P1", "category: TODO", "producer: acme",
    ]  # fmt: skip


def test_a_new_statement_has_a_place_for_each_stage_with_lines(root: Path) -> None:
    """And the inventory that is there stays as it is."""
    (root / f"{R2}/statement.yaml").unlink()

    result = pcf_command("new", NEW, "--statement", "--root", root, "--language", "en")
    stated = (root / f"{R2}/statement.yaml").read_text("utf-8")

    assert result.exit_code == 0
    assert re.findall(r"(?m)^    ([a-z-]+): TODO$", stated) == [
        "raw-materials", "inbound-transport", "production", "distribution", "end-of-life",
    ]  # fmt: skip
    assert (root / f"{R2}/inventory.yaml").read_bytes() == base()[f"{R2}/inventory.yaml"]


def test_texts_that_yaml_would_read_otherwise_are_quoted(root: Path) -> None:
    """A name is kept letter by letter, whatever it looks like."""
    for number, text in enumerate(
        ("yes: no", "# 1", "- a", "{x}", "*a", "'q'", '"q"', "a #b", "全角：冒号", "\\n", "1.10")
    ):
        pcf_command("new", f"p-{number}", "--model", text, "--name-en", text, "--root", root, "--no-ask")
        document = evaluate(read_tree(root)).catalogue.documents[f"products/p-{number}/product.yaml"]

        assert (document.data["model"], document.data["name"]) == (text, {"en": text})


# pcf init


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {"PYTHONPATH": "hooks", "PYTHONUTF8": "1", "NO_MKDOCS_2_WARNING": "1", "PATH": "/usr/bin:/bin"}
    return subprocess.run(
        [sys.executable, "-P", "-m", *command], cwd=folder, env=environment, capture_output=True, encoding="utf-8",
        check=False,
    )  # fmt: skip


ADDRESS = ("--address", "https://carbon.acme.example/", "--name-en", "NO", "--name-zh", "碳: 目录")


def test_an_own_catalogue_is_empty_and_builds_strictly(tmp_path: Path) -> None:
    """Without the examples and their tests, with the factor library; its own check and a strict build pass."""
    folder = tmp_path / "own"

    result = pcf_command("init", folder, *ADDRESS, "--language", "en", "--no-ask")
    assert result.exit_code == 0, result.output
    built = run(folder, "mkdocs", "build", "--strict")

    assert [path.name for path in (folder / "products").iterdir()] == ["_factors"]
    assert list((folder / "tests").glob("test_seeds*")) == []
    assert (run(folder, "pcf", "check").returncode, built.returncode) == (0, 0), built.stderr
    assert json.loads((folder / "site/catalogue.json").read_text("utf-8"))["reports"] == []
    assert "碳: 目录" in (folder / "site/index.html").read_text("utf-8")
    assert "<loc>https://carbon.acme.example/</loc>" in (folder / "site/sitemap.xml").read_text("utf-8")
    again = pcf_command("init", folder, *ADDRESS, "--language", "en", "--no-ask")
    assert (again.exit_code, "is not empty" in again.stderr) == (1, True)


def git(folder: Path, *arguments: str) -> None:
    names = ["-c", "user.name=n", "-c", "user.email=n@example.com"]
    subprocess.run(["git", "-C", str(folder), *names, *arguments], check=True, capture_output=True)


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone that stands in for the template: one example, one factor, a block to fill."""
    folder = tmp_path / "template"
    files = {
        "mkdocs.yml": "site_name: x\nextra:\n  publisher:\n    address: https://carbon.example.com/\n\ntheme: x\n",
        "products/_bodies/sanxin.yaml": "name: {en: Body}\n",
        "tests/test_seeds.py": "",
        "tests/test_seal.py": "",
    }
    write({path: text.encode() for path, text in files.items()}, folder)
    git(tmp_path, "init", "-q", str(folder))
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "template")
    monkeypatch.setattr(pcf.emptying, "TEMPLATE", folder)
    return folder


def test_in_place_only_the_examples_go(template: Path) -> None:
    """And the block is filled, everything else in mkdocs.yml left as it was."""
    result = pcf_command("init", "--in-place", *ADDRESS, "--no-ask")
    config = (template / "mkdocs.yml").read_text("utf-8")

    assert result.exit_code == 0, result.output
    assert sorted(p.relative_to(template).as_posix() for p in template.rglob("*") if ".git/" not in f"{p}/") == [
        "mkdocs.yml", "products", "tests", "tests/test_seal.py",
    ]  # fmt: skip
    assert config.startswith("site_name: x\nextra:\n  publisher:\n    # ")
    assert config.endswith("\n\ntheme: x\n")
    assert '    address: "https://carbon.acme.example/"\n' in config


@pytest.mark.parametrize(
    ("path", "text", "words"),
    [
        ("products/own-pot/product.yaml", "name: {en: Pot}\n", "is none of the template's examples"),
        ("mkdocs.yml", "extra:\n  publisher:\n    address: https://own.example/\n", "is filled already"),
        ("mkdocs.yml", "extra: {}\n", "no block 'publisher:'"),
    ],
)
def test_in_place_nothing_of_ones_own_is_touched(path: str, text: str, words: str, template: Path) -> None:
    """What is no example, and what is not committed, stops the command before it writes."""
    write({path: text.encode()}, template)
    assert "not committed" in pcf_command("init", "--in-place", *ADDRESS, "--language", "en", "--no-ask").stderr
    git(template, "add", "-A")
    git(template, "commit", "-qm", "own")

    result = pcf_command("init", "--in-place", *ADDRESS, "--language", "en", "--no-ask")

    assert (result.exit_code, words in result.stderr) == (1, True)
    status = subprocess.run(["git", "-C", str(template), "status", "--porcelain"], capture_output=True, check=True)
    assert status.stdout == b""


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_block_that_is_not_whole_is_refused_in_full(language: str, tmp_path: Path) -> None:
    """Every fault of it at once, and no folder is made."""
    result = pcf_command("init", tmp_path / "own", "--address", "http://x", "--language", language, "--no-ask")

    assert result.exit_code == 1
    assert "http://x" in result.stderr
    assert "name" in result.stderr
    assert not (tmp_path / "own").exists()
