"""The ``pcf`` command: the group, and which commands it has. Each command is in an edge module of its kind."""

from __future__ import annotations

import click

from .checking import check, seal
from .emptying import init
from .leaving import export
from .mirroring import verify_site
from .reviewing import compare
from .showing import factors, show, what_if
from .signing import sign, verify
from .starting import new, schema
from .terminal import LANGUAGE, Group


@click.group(cls=Group, name="pcf", context_settings={"help_option_names": ["-h", "--help"]})
@LANGUAGE
def main(language: str) -> None:
    """Help and messages are in locales/cli.toml."""


for command in (check, seal, sign, verify, verify_site, show, factors, what_if, compare, new, init, export, schema):
    main.add_command(command)
