"""The command that checks a copy of the site against its manifest: ``pcf verify-site``."""

from __future__ import annotations

from pathlib import Path

import click

from .checksums import ManifestError, differences, read_manifest
from .jsontext import json_bytes
from .problems import Language
from .terminal import LANGUAGE, PROBLEMS, Command, Option, fail, form, leave, phrase, say, say_data


@click.command(cls=Command, name="verify-site")
@LANGUAGE
@form("text", "json")
@click.option("--manifest", cls=Option, type=click.Path(dir_okay=False, path_type=Path), help="manifest")
@click.argument("folder", metavar="FOLDER", type=click.Path(exists=True, file_okay=False, path_type=Path))
def verify_site(language: Language, form: str, manifest: Path | None, folder: Path) -> None:
    beside = folder.resolve()
    path = manifest or beside.with_name(f"{beside.name}.sha256")
    try:
        wanted = read_manifest(path.read_bytes())
    except OSError:
        fail("no_manifest", language, path=path)
    except ManifestError as error:
        fail("not_manifest", language, path=path, line=error)
    found = differences(folder, wanted)
    kinds = {"missing": found.missing, "changed": found.changed, "extra": found.extra}
    if form == "json":
        say_data(json_bytes({"files": len(wanted), **{kind: list(names) for kind, names in kinds.items()}}))
    else:
        for kind, names in kinds.items():
            for name in names:
                say(phrase(f"message.site_{kind}", language, name=name))
        counts = {kind: len(names) for kind, names in kinds.items()}
        say(phrase("message.site_differs" if found else "message.site_whole", language, files=len(wanted), **counts))
    leave(PROBLEMS if found else 0)
