"""The word lists in `words`, compiled for one pass over a text.

A phrase is a few words, each exact or, with a trailing `*`, a beginning. Matching walks the words of the text once and
looks only at the phrases that begin with the same letters, so its time grows with the text and with nothing else.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from realty_cli.properties.drafting.source import Source, Word

_KEY = 3
#: Lists of words/wording.toml: phrases that a listing is better without.
BLAMED = ("cliche", "discriminatory", "superlative")
#: What may stand between two words of one phrase.
_GAP_LIMIT = 3
_GAP_BREAKS = frozenset("!?;\n,:")


@dataclass(frozen=True, slots=True)
class Phrase:
    """One compiled phrase of a word list: its words (text, open ending) and what it stands for."""

    words: tuple[tuple[str, bool], ...]
    category: str
    value: str


class Hit(NamedTuple):
    """A phrase met in a text: words `first` up to `last` (exclusive) of `source.words`."""

    category: str
    value: str
    start: int
    end: int
    first: int
    last: int


def load(name: str) -> dict[str, Any]:
    """One of the TOML files of this package."""
    text = (files("realty_cli.properties.drafting") / "words" / f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


class PhraseIndex:
    """Every phrase of several word lists, by the first letters of its first word."""

    def __init__(self, lists: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        self._index: dict[str, list[Phrase]] = {}
        for category, values in lists.items():
            for value, phrases in values.items():
                for phrase in phrases:
                    self._add(Phrase(_compile(phrase), category, value))
        for bucket in self._index.values():
            bucket.sort(key=_closeness, reverse=True)

    def _add(self, phrase: Phrase) -> None:
        head, is_open = phrase.words[0]
        if is_open and len(head) < _KEY:
            raise ValueError(f"an open word needs {_KEY} letters: {head}*")
        key = head[:_KEY]
        if len(head) <= _KEY and not is_open and len(phrase.words) > 1 and len(phrase.words[1][0]) >= _KEY:
            # "в", "с", "на" begin many phrases; the second word tells them apart.
            key = f"{head} {phrase.words[1][0][:_KEY]}"
        self._index.setdefault(key, []).append(phrase)

    def hits(self, source: Source) -> list[Hit]:
        """Every phrase of the text in order; of those that begin at one word, the longest of each category."""
        words, text, found = source.words, source.folded, []
        lookup = self._index.get
        for first, word in enumerate(words):
            head = word.text
            bucket = lookup(head[:_KEY])
            if len(head) <= _KEY and first + 1 < len(words):
                paired = lookup(f"{head} {words[first + 1].text[:_KEY]}")
                if paired:
                    bucket = paired + bucket if bucket else paired
            if bucket is None:
                continue
            taken: list[str] = []
            for phrase in bucket:
                expected, is_open = phrase.words[0]
                if not (head.startswith(expected) if is_open else head == expected) or phrase.category in taken:
                    continue
                last = _match(phrase, words, first, text) if len(phrase.words) > 1 else first + 1
                if last:
                    taken.append(phrase.category)
                    found.append(Hit(phrase.category, phrase.value, word.start, words[last - 1].end, first, last))
        return found


def _compile(phrase: str) -> tuple[tuple[str, bool], ...]:
    words = phrase.split()
    return tuple((word.rstrip("*"), word.endswith("*")) for word in words)


def _closeness(phrase: Phrase) -> tuple[int, int]:
    return len(phrase.words), sum(len(text) for text, _ in phrase.words)


def _match(phrase: Phrase, words: Sequence[Word], first: int, text: str) -> int:
    """Index after the last word of the phrase, or 0."""
    at = first
    if at + len(phrase.words) > len(words):
        return 0
    for expected, is_open in phrase.words[1:]:
        before, at = words[at], at + 1
        word = words[at]
        if not (word.text.startswith(expected) if is_open else word.text == expected):
            return 0
        gap = text[before.end : word.start]
        if gap != " " and not _bridges(gap, before):
            return 0
    return at + 1


def _bridges(gap: str, before: Word) -> bool:
    """Whether what stands between two words lets a phrase go on: "с/у", "wi-fi", "разд. с/у"."""
    if len(gap) > _GAP_LIMIT or not _GAP_BREAKS.isdisjoint(gap):
        return False
    return "." not in gap or len(before.text) <= 4


_NO = "без нет не нету отсутствует отсутствуют исключены кроме никаких ни no not without lacks"
_NO_BEFORE = frozenset(_NO.split())
_NO_AFTER = frozenset({"нет", "нету", "отсутствует", "отсутствуют", "исключено"})
_LINKS = frozenset({"и", "или", "а", "and", "or"})


def negated(source: Source, hit: Hit) -> bool:
    """Whether the words around say that there is none: "без мебели и техники", "лифта нет", "no lift"."""
    words, text = source.words, source.folded
    at = hit.first - 1
    steps = 0
    while at >= 0 and steps < 4:
        gap = text[words[at].end : words[at + 1].start]
        if not _GAP_BREAKS.isdisjoint(gap) or "." in gap:
            break
        if words[at].text in _NO_BEFORE:
            if words[at].text == "нет" and at > 0 and _owned_by_left(source, at):
                return False
            return steps == 0 or any(word.text in _LINKS for word in words[at + 1 : hit.first]) or steps == 1
        steps += 1
        at -= 1
    if hit.last < len(words):
        gap = text[hit.end : words[hit.last].start]
        if words[hit.last].text in _NO_AFTER and len(gap) <= 3 and gap.strip() in {"", "-", ":"}:
            following = hit.last + 1
            # "балкон, нет лифта": the denial belongs to what follows unless the clause ends with it.
            return following >= len(words) or not _joined(text, words[hit.last], words[following])
    return False


def _owned_by_left(source: Source, at: int) -> bool:
    """Whether "нет" closes what stands before it ("балкона нет, лоджия") and not what follows."""
    words, text = source.words, source.folded
    before = text[words[at - 1].end : words[at].start]
    after = text[words[at].end : words[at + 1].start]
    return before == " " and not after.isspace()


def _joined(text: str, left: Word, right: Word) -> bool:
    gap = text[left.end : right.start]
    return len(gap) <= 1 and gap.isspace() and "\n" not in gap


def by_category(hits: Iterable[Hit]) -> dict[str, list[Hit]]:
    """Hits grouped by word list, each group in the order of the text."""
    grouped: dict[str, list[Hit]] = {}
    for hit in hits:
        grouped.setdefault(hit.category, []).append(hit)
    return grouped


@lru_cache(maxsize=1)
def listing_phrases() -> PhraseIndex:
    """The index of what a listing can say about itself, and of what its wording must not: one pass finds all."""
    topics = {row["name"]: row["topic"] for row in load("completeness")["item"] if "topic" in row}
    wording = load("wording")
    blamed = {name: {phrase: [phrase] for phrase in wording[name]["phrases"]} for name in BLAMED}
    return PhraseIndex({**load("phrases"), **load("amenities"), "topic": topics, **blamed})
