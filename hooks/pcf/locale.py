"""The language that a person's terminal asks for."""

from __future__ import annotations

from collections.abc import Mapping

from .problems import Language


def language_of(environment: Mapping[str, str]) -> Language:
    """Chinese where the locale is, else English."""
    locale = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    return "zh" if locale.lower().startswith("zh") else "en"
