"""What all commands share: help and messages in two languages, shared options, and text that is safe to print."""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

import click

from .evaluate import Outcome, evaluate
from .files import read_folder, read_pages
from .locale import language_of
from .problems import Language, shown_text

_LANGUAGE = "pcf.language"
PROBLEMS = 1  # exit code: the records have problems, or what was asked for cannot be done
USAGE = 2  # exit code: the command line cannot be understood


@cache
def _phrases() -> Mapping[str, Mapping[str, str]]:
    table = tomllib.loads((files(__package__) / "locales" / "cli.toml").read_text("utf-8"))
    return MappingProxyType({f"{part}.{key}": words for part, keys in table.items() for key, words in keys.items()})


def phrase(key: str, language: Language, **values: object) -> str:
    """The words of the commands, ``section.key`` of locales/cli.toml."""
    return _phrases()[key][language].format_map(values)


def language_in(context: click.Context | None) -> Language:
    """The language of one run: the option ``--language``, else the locale's."""
    asked: Language | None = context.meta.get(_LANGUAGE) if context else None
    return asked or language_of(dict(os.environ))


def _asked(arguments: Sequence[str]) -> Language | None:
    """What ``--language`` says, wherever it stands: help and errors come before options are read."""
    for this, following in zip(arguments, [*arguments[1:], "", ""], strict=False):
        given = following if this == "--language" else this.removeprefix("--language=")
        if given in ("zh", "en") and this.startswith("--language"):
            return "zh" if given == "zh" else "en"
    return None


# What is printed


def say(text: str, *, error: bool = False, colour: str | None = None, bold: bool = False) -> None:
    """Prints one line. Characters that would move the cursor or hide are written out; colour is for terminals only."""
    line = shown_text(text)
    if colour or bold:
        line = click.style(line, fg=colour, bold=bold or None)
    click.echo(line, err=error, color=False if os.environ.get("NO_COLOR") else None)


def say_data(raw: bytes) -> None:
    """Prints what a program will read, as it is."""
    click.echo(raw.decode("utf-8"), nl=False)


def fail(key: str, language: Language, **values: object) -> NoReturn:
    """Ends the command with words of what is wrong and what to do."""
    raise click.ClickException(phrase(f"fault.{key}", language, **values))


def leave(code: int) -> NoReturn:
    sys.exit(code)


# Commands with help by language


class Option(click.Option):
    """An option whose ``help`` is a key in locales/cli.toml."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        record = super().get_help_record(ctx)
        return (record[0], phrase(f"option.{self.help}", language_in(ctx))) if record else None


class Command(click.Command):
    """A command whose help is ``help.<name>`` in locales/cli.toml, in the language of the run."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta[_LANGUAGE] = _asked(args) or ctx.meta.get(_LANGUAGE)
        return super().parse_args(ctx, args)

    def help_text(self, language: Language) -> str:
        return phrase(f"help.{self.name}", language)

    def get_short_help_str(self, limit: int = 45) -> str:
        return self.help_text(language_in(click.get_current_context(silent=True))).split("\n")[0]

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option:
            option.help = phrase("option.help", language_in(ctx))
        return option

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        usage = phrase("heading.usage", language_in(ctx))
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix=usage)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        for line in self.help_text(language_in(ctx)).strip().split("\n"):
            formatter.write(f"  {line}".rstrip() + "\n")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = (option for option in self.get_params(ctx) if isinstance(option, click.Option))
        records = [record for option in options if (record := option.get_help_record(ctx))]
        with formatter.section(phrase("heading.options", language_in(ctx))):
            formatter.write_dl(records)


class Group(Command, click.Group):
    """The ``pcf`` command. Errors of the command line are told in the language of the run, too."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        with formatter.section(phrase("heading.commands", language_in(ctx))):
            names = self.list_commands(ctx)
            formatter.write_dl([(name, self.commands[name].get_short_help_str(200)) for name in names])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            known = ", ".join(self.list_commands(ctx))
            raise click.UsageError(phrase("fault.no_command", language_in(ctx), name=args[0], known=known), ctx)
        return super().resolve_command(ctx, args)

    def main(self, args: Any = None, prog_name: Any = None, complete_var: Any = None, standalone_mode: bool = True,
             **extra: Any) -> Any:  # fmt: skip
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, False, **extra)
        language = _asked([str(a) for a in (sys.argv[1:] if args is None else args)]) or language_of(dict(os.environ))
        try:
            code = super().main(args, prog_name, complete_var, False, **extra)
        except click.Abort:
            say(phrase("fault.aborted", language), error=True)
            leave(PROBLEMS)
        except click.ClickException as error:
            _tell(error, language)
            leave(error.exit_code)
        leave(code if isinstance(code, int) else 0)


def _tell(error: click.ClickException, language: Language) -> None:
    if isinstance(error, click.UsageError) and error.ctx:
        say(error.ctx.get_usage(), error=True)
        say(phrase("fault.try_help", language, command=error.ctx.command_path), error=True)
    for line in _message(error, language).split("\n"):
        say(line, error=True)


def _message(error: click.ClickException, language: Language) -> str:
    message = error.format_message()
    if isinstance(error, click.NoSuchOption):
        near = ", ".join(error.possibilities or ())
        key = "no_option_near" if near else "no_option"
        message = phrase(f"fault.{key}", language, name=error.option_name, near=near)
    elif isinstance(error, click.MissingParameter):
        name = error.param.make_metavar(error.ctx) if error.param and error.ctx else error.param_hint
        message = phrase("fault.missing", language, name=name)
    elif isinstance(error, click.BadParameter) and error.param:
        choices = getattr(error.param.type, "choices", ())
        named = error.param.opts[-1]
        if choices:
            message = phrase("fault.choice", language, name=named, choices=", ".join(map(str, choices)))
        else:
            message = phrase("fault.bad", language, name=named, message=error.message)
    return phrase("fault.error", language, message=message)


# Arguments and options that several commands have


def _resolved(context: click.Context, _option: click.Parameter, value: Language | None) -> Language:
    return value or language_in(context)


ROOT = click.option(
    "--root",
    cls=Option,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="root",
)
LANGUAGE = click.option("--language", cls=Option, type=click.Choice(["zh", "en"]), callback=_resolved, help="language")


def form(*forms: str) -> Callable[[Any], Any]:
    """``--format``, the first of ``forms`` by default."""
    return click.option("--format", "form", cls=Option, type=click.Choice(forms), default=forms[0], help="format")


def reports_in(context: click.Context, _argument: click.Parameter, begun: str) -> list[str]:
    """What shell completion offers: the reports in the folder, by name."""
    products = Path(context.params.get("root") or ".") / "products"
    found: Iterable[Path] = products.glob("*/*/inventory.yaml")
    names = sorted("/".join(path.parts[-3:-1]) for path in found)
    return [name for name in names if name.startswith(begun)]


REPORT = click.argument("report", metavar="PRODUCT/REPORT", shell_complete=reports_in)


ASK = click.option("--ask/--no-ask", cls=Option, default=lambda: sys.stdin.isatty(), help="ask")


def answer(key: str, language: Language, check: Callable[[str], bool] | None = None) -> str | None:
    """What a person answers to the question for an option, by its key; None for an empty answer."""
    question = phrase(f"option.{key}", language).rstrip(".。")
    while True:
        given: str = click.prompt(question, default="", show_default=False, err=True).strip()
        if not given or check is None or check(given):
            return given or None
        say(phrase("fault.no_id", language, name=given), error=True)


def outcome_of(root: Path, language: Language, on: date | None = None, *, pages: bool = False) -> Outcome:
    """The records below ``root``, judged, with ``pages`` the files in docs/. No folder of records ends the command."""
    if not (root / "products").is_dir():
        fail("no_products", language, folder=root.absolute())
    found, problems = read_folder(root)
    beside, links = read_pages(root) if pages else ({}, [])
    return evaluate(found, more=[*problems, *links], on=on, pages=beside)


def whole(root: Path, language: Language) -> Outcome:
    """The same, where records with problems end the command: what would be left out could not be told from it."""
    outcome = outcome_of(root, language)
    if outcome.problems:
        for problem in outcome.problems:
            say(problem.text(language), error=True)
        fail("problems", language, count=len(outcome.problems))
    return outcome
