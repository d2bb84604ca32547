"""What is wrong with a listing's wording: contacts in it, shouting, clichés, discrimination, untidy writing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

from realty_cli.properties.drafting.findings import Problem
from realty_cli.properties.drafting.source import Source, Word, merged
from realty_cli.properties.drafting.vocabulary import BLAMED, Hit, load

#: A text shorter than this leaves buyers asking; one longer is cut or not read. Characters.
SHORTEST, LONGEST = 200, 3000
#: Problems of one code that are listed; the rest of them say nothing new.
MOST_OF_ONE_KIND = 20
_EXCLAMATIONS_ALLOWED = 2
_EMOJI_ALLOWED = 5

_SHOUTED = re.compile(r"(?<![^\W\d_])[А-ЯЁA-Z]{2,}(?:[-'][А-ЯЁA-Z]{2,})*(?![\w-])")
_BANG = re.compile(r"(?<![!?])!(?![!?])")
_RUN_BREAKS = re.compile(r"[a-zа-яё\n]|[.!?]\s|.{25}")
_BANGS = re.compile(r"!{2,}|\?{2,}|[!?]{3,}")
_DOUBLED = re.compile(r"(?<!\.)\.{2}(?!\.)|\.{4,}|,{2,}|;{2,}|:{2,}")
_SPACING = re.compile(
    r" (?<=[^\W\d_] )[,;](?=\s?[^\W\d_])|,(?<=[^\W\d_],)(?=[^\W\d_]{2})| (?<=[^\W\d_]{3} )\.(?=\s|[^\W\d_])"
)
_UNITS = (
    (
        re.compile(
            r"(?<!\w)(?:кв\.м\.?|кв м\b\.?|м\.?кв\.?(?!\w)|квм\b|м2(?!\w)|м\.\s?кв\.?(?!\w)|кв\.\s?метр[а-яё]{0,3}"
            r"|sq\.?m\b\.?|sqm\b|m2(?!\w))",
            re.IGNORECASE,
        ),
        "area",
    ),
    (
        re.compile(
            r"(?<=\d)\s?(?:тыс\.?\s?(?:руб(?:лей|ля|ль)?\b\.?|р\b\.?)|т\.\s?р\.?(?!\w)|т\.?руб\.?|тр\b\.?)",
            re.IGNORECASE,
        ),
        "thousand",
    ),
    (re.compile(r"(?<=\d)\s?р(?:\.(?!\w)|(?![\w/]))", re.IGNORECASE), "rouble"),
)
_UNIT_WORDS = {
    "area": {"ru": "м²", "en": "m²"},
    "thousand": {"ru": " тыс. ₽", "en": " thousand RUB"},
    "rouble": {"ru": " ₽", "en": " RUB"},
}
_DECIMAL_POINT = re.compile(r"(?<![\d.,/])(\d{1,4})\.(\d{1,2})(?=\s?(?:м²|м2|кв|м\b|сот|га\b|млн))")
_EMOJI = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff]")
_NEUTRAL_BEFORE = re.compile(r"(?:\bв|\bдо|\bу)\s$")
_CENTRE_AFTER = re.compile(r"\s?(?:центр|начал|верх|низ|край|конц)")


def problems(source: Source, blamed: Iterable[Hit], names: Iterable[tuple[int, int]] = ()) -> list[Problem]:
    """Every problem in the order of the text, of each kind at most MOST_OF_ONE_KIND.

    `blamed`: hits of the word lists of vocabulary.BLAMED. `names`: where streets and stations stand, which keep their
    capitals.
    """
    found: list[Problem] = []
    seen: Counter[str] = Counter()
    for problem in sorted(_all(source, list(blamed), list(names)), key=lambda one: (one.start, one.end, one.code)):
        seen[problem.code] += 1
        if seen[problem.code] <= MOST_OF_ONE_KIND:
            found.append(problem)
    return found


def _all(source: Source, blamed: list[Hit], names: list[tuple[int, int]]) -> Iterator[Problem]:
    yield from _length(source)
    for code, spans in (("phone", source.phones), ("email", source.emails), ("link", source.links)):
        for start, end in spans:
            yield _problem(source, f"wording.{code}", start, end, "")
    yield from _shouting(source, names)
    yield from _punctuation(source)
    yield from _phrases(source, blamed)
    yield from _repetition(source)
    yield from _units(source)


def _problem(source: Source, code: str, start: int, end: int, suggestion: str | None, **params: object) -> Problem:
    span = source.span(start, end)
    return Problem(code, span.start, span.end, span.text, suggestion, dict(params))


def masked(description: str) -> str:
    """The text with phones, e-mails and links replaced by asterisks: what may leave for a vendor's model."""
    source = Source(description)
    spans = merged(source.phones + source.emails + source.links)
    pieces, last = [], 0
    for start, end in spans:
        pieces += [source.clean[last:start], "***"]
        last = end
    return "".join([*pieces, source.clean[last:]])


def _length(source: Source) -> Iterator[Problem]:
    length = len(source.clean.strip())
    if length < SHORTEST:
        yield Problem("wording.too_short", 0, len(source.raw), "", None, {"length": length, "least": SHORTEST})
    elif length > LONGEST:
        yield Problem("wording.too_long", 0, len(source.raw), "", None, {"length": length, "most": LONGEST})


@lru_cache(maxsize=1)
def abbreviations() -> frozenset[str]:
    """Words that are written in capitals by right, folded."""
    return frozenset(load("wording")["abbreviations"]["words"])


def is_shouted(word: str) -> bool:
    """Whether a word in capitals is no abbreviation."""
    return (
        len(word) >= 4
        and word.lower() not in abbreviations()
        and any(vowel in word.lower() for vowel in "аеёиоуыэюяaeiou")
    )


def _shouting(source: Source, names: list[tuple[int, int]]) -> Iterator[Problem]:
    """Runs of words in capitals within a sentence, one problem a run."""
    run: list[re.Match[str]] = []
    for match in _SHOUTED.finditer(source.clean):
        if run and _RUN_BREAKS.search(source.clean, run[-1].end(), match.start()):
            yield from _shouted_run(source, run, names)
            run = []
        run.append(match)
    yield from _shouted_run(source, run, names)


def _shouted_run(source: Source, run: list[re.Match[str]], names: list[tuple[int, int]]) -> Iterator[Problem]:
    while run and not is_shouted(run[0].group()):
        run = run[1:]
    while run and not is_shouted(run[-1].group()):
        run = run[:-1]
    if not run:
        return
    start, end = run[0].start(), run[-1].end()
    pieces, at = [], start
    for match in run:
        named = any(first <= match.start() < last for first, last in names)
        pieces += [
            source.clean[at : match.start()],
            match.group().title() if named else lowered(match.group(), whole=True),
        ]
        at = match.end()
    text = "".join(pieces)
    if source.begins_sentence(start):
        text = text[0].upper() + text[1:]
    yield _problem(source, "wording.shouting", start, end, text)


def lowered(piece: str, *, whole: bool) -> str:
    """Words in capitals made small; abbreviations stay. `whole`: all around is in capitals, so short words are too."""

    def small(match: re.Match[str]) -> str:
        word = match.group()
        short = whole and len(word) < 4 and word.lower() not in abbreviations()
        return word.lower() if short or is_shouted(word) else word

    return _SHOUTED.sub(small, piece)


def _punctuation(source: Source) -> Iterator[Problem]:
    text = source.clean
    for match in _BANGS.finditer(text):
        yield _problem(source, "wording.exclamation", *match.span(), "?" if "?" in match.group() else ".")
    single = [match.start() for match in _BANG.finditer(text)]
    if len(single) > _EXCLAMATIONS_ALLOWED:
        at = single[_EXCLAMATIONS_ALLOWED]
        yield _problem(source, "wording.exclamation", at, at + 1, ".", count=len(single))
    for match in _DOUBLED.finditer(text):
        yield _problem(
            source,
            "wording.punctuation",
            *match.span(),
            "…" if len(match.group()) > 3 and "." in match.group() else match.group()[0],
        )
    for match in _SPACING.finditer(text):
        start, end = match.start() - 1, match.end() + 1
        yield _problem(source, "wording.spacing", start, end, spaced(text[start:end].strip()))
    emoji = [match.start() for match in _EMOJI.finditer(text)]
    if len(emoji) > _EMOJI_ALLOWED:
        yield _problem(source, "wording.emoji", emoji[_EMOJI_ALLOWED], emoji[_EMOJI_ALLOWED] + 1, "", count=len(emoji))


_BEFORE_MARK, _AFTER_MARK = re.compile(r" +(?=[,;.])"), re.compile(r"(?<=[^\W\d_]),(?=[^\W\d_])")


def spaced(piece: str) -> str:
    """No blank before a comma or point, one after a comma."""
    return _AFTER_MARK.sub(", ", _BEFORE_MARK.sub("", piece))


def _phrases(source: Source, blamed: list[Hit]) -> Iterator[Problem]:
    """Clichés, discrimination and superlatives from the word lists; a cliché hides the superlative inside it."""
    cliches = [(hit.start, hit.end) for hit in blamed if hit.category == "cliche"]
    ends: dict[str, int] = {}
    for hit in blamed:
        if hit.category not in BLAMED or hit.start < ends.get(hit.category, 0):
            continue
        ends[hit.category] = hit.end
        if hit.category == "superlative":
            if any(start < hit.end and hit.start < end for start, end in cliches):
                continue
            left, word = source.folded[max(0, hit.start - 4) : hit.start], source.folded[hit.start : hit.end]
            if word.startswith("сам") and (_NEUTRAL_BEFORE.search(left) or _CENTRE_AFTER.match(source.folded, hit.end)):
                continue
        if hit.category == "discriminatory" and _is_place(source, hit):
            continue
        yield _problem(
            source, f"wording.{hit.category}", hit.start, hit.end, "" if hit.category == "discriminatory" else None
        )


_PLACE_AROUND = re.compile(
    r"(?:ул(?:иц[а-я]|\.)?|пер(?:\.|еул[а-я]{2})|проспект[а-я]?|площад[ьи]|жк|метро|м\.|ресторан[а-я]?|кафе"
    r"|кухн[а-я]|церк[а-я]{2,3}|собор[а-я]?)\s\"?$"
)


def _is_place(source: Source, hit: Hit) -> bool:
    """A street, a church or a restaurant named after people is no demand."""
    return _PLACE_AROUND.search(source.folded, max(0, hit.start - 14), hit.start) is not None


def _repetition(source: Source) -> Iterator[Problem]:
    """The same word twice in a row, nothing but blanks between."""
    words = source.words
    for index in range(1, len(words)):
        first, second = words[index - 1], words[index]
        if first.text != second.text or len(first.text) < 2 or first.text.isdigit():
            continue
        if not source.folded[first.end : second.start].strip(" "):
            yield _problem(
                source, "wording.repeated_word", first.start, second.end, source.clean[first.start : first.end]
            )
    yield from _overused(source)


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    return frozenset(load("wording")["common"]["words"])


def _overused(source: Source) -> Iterator[Problem]:
    """One word in many sentences. Six letters stand for the stem."""
    counts: dict[str, list[Word]] = {}
    for word in source.words:
        if len(word.text) >= 6 and not word.text.isdigit():
            counts.setdefault(word.text[:6], []).append(word)
    common = _common()
    for beginning, words in counts.items():
        if len(words) > 4 and len(words) * 25 > len(source.words) and beginning not in common:
            last = words[-1]
            yield _problem(source, "wording.overused_word", last.start, last.end, None, count=len(words))


def _units(source: Source) -> Iterator[Problem]:
    taken: list[tuple[int, int]] = []
    for pattern, name in _UNITS:
        for match in pattern.finditer(source.clean):
            start, end = match.span()
            if any(first < end and start < last for first, last in taken):
                continue
            taken.append((start, end))
            suggestion = _UNIT_WORDS[name][source.language]
            shown = start + len(match.group()) - len(match.group().lstrip())
            yield _problem(source, "wording.unit", shown, end, suggestion.strip())
    if source.language == "ru":
        for match in _DECIMAL_POINT.finditer(source.clean):
            yield _problem(source, "wording.decimal_point", *match.span(), f"{match[1]},{match[2]}")


def tidy_units(text: str, language: str) -> str:
    """The text with its units spelt the usual way: "54.3 кв.м" as "54,3 м²", "350 т.р." as "350 тыс. ₽"."""
    for pattern, name in _UNITS:
        text = pattern.sub(_UNIT_WORDS[name][language], text)
    text = re.sub(r"(?<=\d)(?=[мm]²)", " ", text)
    if language == "ru":
        text = _DECIMAL_POINT.sub(r"\1,\2", text)
    return text
