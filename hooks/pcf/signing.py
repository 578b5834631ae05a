"""The commands of a body's signed statement: ``pcf sign`` for the body, ``pcf verify`` for anyone."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import click

from .credential import CREDENTIAL, proof_options, unsigned
from .edits import UNKNOWN
from .evaluate import only
from .history import histories, past
from .jsontext import json_bytes
from .pastwords import COMMIT, changed_since_sealed
from .problems import Language
from .signature import multikey_of, new_private_key, private_key, signed
from .terminal import (
    LANGUAGE,
    PROBLEMS,
    REPORT,
    ROOT,
    Command,
    Option,
    fail,
    form,
    leave,
    outcome_of,
    phrase,
    say,
    say_data,
    whole,
)
from .wording import wording

ENVIRONMENT = "PCF_SIGNING_KEY"


def _day(_context: click.Context, _option: click.Parameter, value: str | None) -> date:
    try:
        return date.fromisoformat(value) if value else date.today()  # a person signs on a day of the calendar
    except ValueError:
        raise click.BadParameter("YYYY-MM-DD") from None


@click.command(cls=Command)
@ROOT
@LANGUAGE
@click.option("--new-key", "new_key", cls=Option, type=click.Path(dir_okay=False, path_type=Path), help="new_key")
@click.option("--key", cls=Option, type=click.Path(exists=True, dir_okay=False, path_type=Path), help="key")
@click.option("--on", cls=Option, metavar="YYYY-MM-DD", callback=_day, help="on")
@click.argument("report", metavar="[PRODUCT/REPORT]", required=False)
def sign(root: Path, language: Language, new_key: Path | None, key: Path | None, on: date, report: str | None) -> None:
    if bool(new_key) == bool(report):
        fail("sign_what", language)
    if new_key:
        _make_key(new_key, language)
        return
    text = key.read_bytes() if key else os.environ.get(ENVIRONMENT, "").encode()
    try:
        signer = private_key(text)
    except ValueError:
        fail("no_key", language, source=key or ENVIRONMENT)
    outcome = whole(root, language)
    evaluation = outcome.evaluations.get(report or "")
    if evaluation is None or evaluation.sealed is None or evaluation.report.statement is None:
        fail("not_signed", language, report=report)
    if evaluation.seal != evaluation.report.review.seal:
        fail("seal_first", language, report=report)
    name = evaluation.report.statement.report.body
    body, public = outcome.catalogue.bodies[name], multikey_of(signer)
    if public not in {own.public_key for own in body.keys}:
        say(phrase("message.key_not_listed", language, body=name, public=public), error=True)
    document = unsigned(evaluation.report, evaluation.sealed, body, public, on)
    path = root / "products" / evaluation.id / CREDENTIAL
    path.write_bytes(json_bytes(signed(document, signer, proof_options(public, on))))
    say(phrase("message.signed", language, path=path.relative_to(root).as_posix(), seal=evaluation.seal))


def _make_key(path: Path, language: Language) -> None:
    """The private half goes into a file that only its owner can read; the public half is printed."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        fail("exists", language, path=path)
    text = new_private_key()
    with open(handle, "wb") as file:
        file.write(text)
    say(phrase("message.new_key", language, path=path), error=True)
    say(multikey_of(private_key(text)))


@click.command(cls=Command)
@ROOT
@LANGUAGE
@form("text", "json")
@click.option("--on", cls=Option, metavar="YYYY-MM-DD", callback=_day, help="on_verify")
@REPORT
def verify(root: Path, language: Language, form: str, on: date, report: str) -> None:
    outcome = outcome_of(root, language, on=on)
    evaluation = outcome.evaluations.get(report)
    if evaluation is None or evaluation.report.statement is None:
        fail("not_signed", language, report=report)
    signature, t = evaluation.signature, wording(language)
    holds = evaluation.seal == evaluation.report.review.seal
    history = UNKNOWN if holds else histories(past(root), only(outcome, report)).get(report, UNKNOWN)
    state = (signature.fault or "signed") if signature else "unsigned"
    accepted = holds and state == "signed" and {"expired", "withdrawn"}.isdisjoint(evaluation.conditions)
    if form == "json":
        found: dict[str, Any] = {
            "report": report,
            "seal": evaluation.seal,
            "seal_holds": holds,
            "changed_since_sealed": changed_since_sealed(history),
            "signature": state,
            "key": signature.key if signature else None,
            "signed": signature.signed if signature else None,
            "status": evaluation.status,
            "conditions": list(evaluation.conditions),
        }
        say_data(json_bytes(found))
    else:
        mark = {True: "✓", False: "✕"}
        said = phrase("message.seal_holds" if holds else "message.seal_differs", language)
        say(f"{mark[holds]} {said}  {evaluation.seal}")
        if not holds and history.sealed_at:
            at = history.sealed_at
            say(f"  {t('history.sealed_at', date=at.day.isoformat(), commit=at.commit[:COMMIT])}")
            for d in at.differences:
                was, now = (t("history.none") if text is None else text for text in (d.was, d.now))
                say(f"  {t('history.move', value=d.place, was=was, now=now)}")
        elif not holds:
            say(f"  {t('history.not_sealed_here')}")
        words = t("verify.unsigned") if state == "unsigned" else t(f"status_words.{state}")
        say(f"{mark[state == 'signed']} {words}")
        if signature and signature.key:
            say(f"  {signature.key}  {t('verify.signed_on', date=signature.signed or '')}")
        if signature and signature.demonstration:
            say(f"  {t('body.demonstration')}{t('embed.colon')}{t('body.demonstration_words')}")
        say(f"  {t(f'status.{evaluation.status}')}{t('embed.colon')}{t(f'status_words.{evaluation.status}')}")
        if withdrawn := evaluation.report.review.withdrawn:
            when = t("report.withdrawn_on", date=withdrawn.date.isoformat())
            say(f"  {when}{t('embed.colon')}{t.text(withdrawn.reason)}")
        say(f"  {t('verify.not_checked')}")
    leave(0 if accepted else PROBLEMS)
