"""Which language a person reads, and sentences in it.

English sentences are the message ids; `realty_cli/locale` holds a gettext catalogue for each language, written by
`tools/catalogue.py`. A sentence without a translation is shown in English.

A placeholder is `{name}` and nothing else: no attribute access, no index, no format specification. Braces of any other
shape, in the sentence or in a value, are plain text, so data can never act as a template.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Any

from realty_cli.errors import Invalid

LANGUAGES = ("en", "ru")
DEFAULT = "en"
DOMAIN = "realty"
LOCALE = Path(__file__).resolve().parent.parent / "locale"

_LONGEST_HEADER = 1_000


def choose(*, flag: str | None, env: Mapping[str, str]) -> str:
    """The language of the command line: `--lang`, REALTY_LANG, then LC_ALL, LC_MESSAGES, LANG as POSIX orders them.

    The first one that is set decides, and a language we do not speak gives English. Raises Invalid (code
    `language.unknown`) only for the flag, for there a person said it on purpose.
    """
    if flag:
        known = _known(flag)
        if known is None:
            raise Invalid.one("lang", "language.unknown", value=flag, languages=LANGUAGES)
        return known
    for name in ("REALTY_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := env.get(name):
            return _known(value) or DEFAULT
    return DEFAULT


@lru_cache(maxsize=256)
def from_accept_language(header: str | None) -> str:
    """The language of an HTTP caller, by the header's weights (RFC 9110, 12.5.4); a broken part is passed over."""
    best, best_weight = DEFAULT, 0.0
    weights: dict[str, float] = {}
    for part in (header or "")[:_LONGEST_HEADER].split(","):
        tag, _, rest = part.partition(";")
        weight = _weight(rest)
        language = "*" if tag.strip() == "*" else _known(tag.strip())
        if weight is not None and language:
            weights[language] = max(weights.get(language, 0.0), weight)
    anything = weights.pop("*", 0.0)
    # Written order breaks a tie; what only the asterisk covers comes after what was named.
    for language in (*weights, *LANGUAGES):
        weight = weights.get(language, anything)
        if weight > best_weight:
            best, best_weight = language, weight
    return best


class Translator:
    """Sentences in one language. The catalogue is read from disk when the first sentence is asked for."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else DEFAULT

    def text(self, msgid: str, /, **params: Any) -> str:
        """The sentence, its placeholders filled. A placeholder without a value stays as it is written."""
        return fill(_catalogue(self.language).gettext(msgid) if msgid else "", params)

    def plural(self, msgid: str, msgid_plural: str, n: int, /, **params: Any) -> str:
        """The form that fits `n` (three of them in Russian); `{n}` is filled too."""
        sentence = _catalogue(self.language).ngettext(msgid, msgid_plural, n)
        return fill(sentence, {"n": n, **params})


@cache
def translator(language: str) -> Translator:
    """The one translator of a language."""
    return Translator(language)


def mark(msgid: str) -> str:
    """Names a sentence for the catalogue where it is written, to be translated where it is shown; import it as `_`."""
    return msgid


def fill(sentence: str, params: Mapping[str, Any]) -> str:
    """`sentence` with its `{name}` placeholders filled from `params`; values are never read as templates themselves."""
    if "{" not in sentence or not params:
        return sentence
    return re.sub(
        r"\{([a-z_][a-z0-9_]*)\}", lambda hit: _shown(params[hit[1]]) if hit[1] in params else hit[0], sentence
    )


def _shown(value: object) -> str:
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(map(str, value))
    return str(value)


def _known(tag: str) -> str | None:
    """`ru_RU.UTF-8`, `ru-RU` and `RU` are all `ru`; None for a language we do not speak."""
    language = tag.strip().replace("_", "-").partition("-")[0].partition(".")[0].lower()
    return language if language in LANGUAGES else None


def _weight(parameters: str) -> float | None:
    """The q of a language range: 1 when not given, None when broken."""
    if not parameters.strip():
        return 1.0
    name, _, value = parameters.partition("=")
    if name.strip().lower() != "q" or not re.fullmatch(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)", value.strip()):
        return None
    return float(value)


@cache
def _catalogue(language: str) -> NullTranslations:
    if language == DEFAULT:
        # The English catalogue says every sentence as it is; reading it would cost a command some 6 ms.
        return NullTranslations()
    try:
        with (LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as file:
            return GNUTranslations(file)
    except OSError:
        return NullTranslations()
