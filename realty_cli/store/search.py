"""Full-text search that knows Russian and English word forms, alike on SQLite and PostgreSQL.

Neither engine stems Russian well, and the two do not agree. So the words are reduced here, and the engine is handed
ready stems parted by single spaces:

    SQLite      CREATE VIRTUAL TABLE s USING fts5(text, content='', contentless_delete=1, tokenize='ascii')
                INSERT INTO s(rowid, text) VALUES (:id, :document);   SELECT rowid FROM s WHERE s MATCH :fts5
    PostgreSQL  UPDATE t SET search = array_to_tsvector(string_to_array(:document, ' '))
                SELECT id FROM t WHERE search @@ CAST(:tsquery AS tsquery)

FTS5's `ascii` tokeniser takes every character beyond ASCII for a letter, and the two PostgreSQL expressions pass by
its parser, so no engine's own table of letters decides what a word is. (`unicode61 remove_diacritics 0`,
`to_tsvector('simple', ...)` and `to_tsquery('simple', ...)` take the same strings and differ only in rare scripts.)

A document is `document(title, description, ...)` and `phone_tokens(phone, ...)`, joined by a space. The tokens of
phones begin with the letter ё, which no stem contains (ё is read as е), so one column holds both.

Search form of a text: NFKD without accents, stress marks and invisible characters, case folded, ё as е, й kept,
`м²` as `м2`. Stems: Snowball, always its Python implementation, because an index is good only for the stems that it was
built with (PyStemmer may carry another version of the algorithms).
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

MAX_TERMS = 200
"""What somebody typed is read up to this many terms."""

_MAX_QUERY = 4_000  # characters
_MAX_WORD = 64  # characters; PostgreSQL refuses lexemes past 2046 bytes
_MAX_PHONE = 15  # digits, E.164
_MIN_FRAGMENT = 3  # digits
_PHONE = "ё"

# Not here, because they change what is meant: без, не, нет, no, not, without.
_STOP = frozenset({
    "и", "а", "но", "или", "же", "ли", "бы", "то", "как", "что", "это", "я",
    "в", "во", "на", "с", "со", "у", "к", "ко", "от", "до", "из", "за", "по", "о", "об", "обо", "при", "про",
    "для", "под", "над", "между", "через",
    "рядом", "около", "возле", "вблизи", "недалеко", "г", "д", "м", "кв",
    "a", "an", "and", "or", "the", "of", "in", "on", "at", "to", "by", "for", "with", "from", "near", "is",
    "are", "this", "that",
})  # fmt: skip
_ORDINAL = frozenset({
    "й", "я", "е", "ю", "го", "му", "ый", "ой", "ая", "ое", "ую", "ых", "th", "st", "nd", "rd",
})  # fmt: skip
_ABBREVIATIONS = {
    "ул": "улица", "пр-т": "проспект", "пр-кт": "проспект", "просп": "проспект", "ш": "шоссе", "пер": "переулок",
    "наб": "набережная", "б-р": "бульвар", "бул": "бульвар", "мкр": "микрорайон", "мкрн": "микрорайон",
    "мкр-н": "микрорайон", "р-н": "район", "обл": "область", "пос": "поселок", "дер": "деревня", "корп": "корпус",
    "стр": "строение", "эт": "этаж", "комн": "комнатная",
}  # fmt: skip
# Where Snowball parts the forms of one word, or joins two words (метро and метр).
_IRREGULAR = {
    "метро": "метро", "окон": "окн", "кухонь": "кухн", "спален": "спальн", "земель": "земл", "башен": "башн",
    "детьми": "дет", "людьми": "люд",
}  # fmt: skip
_ROOMS = {
    "однокомнатн": 1, "однушк": 1, "двухкомнатн": 2, "двушк": 2, "трехкомнатн": 3, "трешк": 3, "четырехкомнатн": 4,
    "четырешк": 4, "пятикомнатн": 5,
}  # fmt: skip

_JOINERS = str.maketrans(dict.fromkeys("‐‑‒–—―−'’ʼ`", "-"))
_PLAIN = re.compile(r"[\s!-&(-_a-~А-Яа-яЁё]*", re.ASCII)
_LOOKALIKES = str.maketrans("abcehkmoptxy", "авсенкмортху")
_LATIN = re.compile("[a-z]+")
_NOT_LOOKALIKE = re.compile("[dfgijlnqrsuvwz]")
_NUMBERED = re.compile(r"(\d+)([^\W\d].*)")
_TAIL = re.compile(r"(.*\d)([^\W\d]+)")
_COMPOUND = re.compile(r"[^\W_]+(?:-[^\W_]+){0,7}")
# A run of digits as phones are written, and nothing that goes on as a word (9к1, 2-к); else a word.
_QUERY = re.compile(rf"(\+?[0-9](?:[\s().-]{{0,3}}[0-9])*)(?!-?[^\W_])|({_COMPOUND.pattern})")
# How a number begins at home or abroad -> how it stands in E.164.
_TRUNKS = (("810", ""), ("80", ""), ("8", "7"), ("00", ""), ("0", ""))


class _Memo(dict[str, str]):
    """What `compute` said, kept for between `limit` and twice as many keys, those asked for lately among them."""

    def __init__(self, compute: Callable[[str], str], limit: int) -> None:
        self.compute = compute
        self.limit = limit
        self.older: dict[str, str] = {}

    def __missing__(self, key: str) -> str:
        value = self.older.get(key)
        if value is None:
            value = self.compute(key)
        if len(key) <= _MAX_WORD:
            if len(self) >= self.limit:
                self.older = dict(self)
                self.clear()
            self[key] = value
        return value


def fold(text: str) -> str:
    """`text` in its search form (see above), still with its punctuation; dashes and apostrophes become `-`."""
    if _PLAIN.fullmatch(text):
        return text.lower().replace("ё", "е")
    text = unicodedata.normalize("NFKD", text).replace("и\u0306", "й").replace("И\u0306", "й")
    text = "".join([c for c in text if (k := unicodedata.category(c))[0] != "M" and k != "Cf"])
    return unicodedata.normalize("NFC", text).translate(_JOINERS).casefold()


@cache
def _stemmers() -> tuple[Any, Any]:
    """Russian and English, loaded with the first word: the package reads all its languages, which a list need not."""
    from snowballstemmer.english_stemmer import EnglishStemmer
    from snowballstemmer.russian_stemmer import RussianStemmer

    return RussianStemmer(), EnglishStemmer()


_stemming = threading.Lock()  # a Snowball stemmer keeps the word it works on in itself


_DIGIT = re.compile("[0-9]")


def _stem(word: str) -> str:
    """The stem of one folded word, which may hold digits."""
    word = word[:_MAX_WORD]
    if word.isdecimal():
        return word
    if tail := _TAIL.fullmatch(word):
        number, letters = tail.groups()
        if len(number) == 1 and letters == "к":
            letters = "комнатная"
        return _one_script(number) + _stems[letters] if len(letters) >= 3 else _one_script(word)
    word = _one_script(_ABBREVIATIONS.get(word, word))
    if irregular := _IRREGULAR.get(word):
        return irregular
    if not word.isalpha() and _DIGIT.search(word):  # a code such as B00012 or 9к1 has no forms
        return word
    if "а" <= word[0] <= "я":
        with _stemming:
            stem: str = _stemmers()[0].stemWord(word) or word
        stem = _without_fleeting_vowel(stem)
        return f"{_ROOMS[stem]}комнатн" if stem in _ROOMS else stem
    if word.isascii():
        with _stemming:
            word = _stemmers()[1].stemWord(word) or word
    return word


def _one_script(word: str) -> str:
    """Latin letters that look Cyrillic become Cyrillic beside digits or Cyrillic: `29A`, `m2`, `кoмната`."""
    if (word.isascii() and word.isalpha()) or not _LATIN.search(word) or _NOT_LOOKALIKE.search(word):
        return word
    return word.translate(_LOOKALIKES)


def _without_fleeting_vowel(stem: str) -> str:
    """участок, участк(а) -> участк; новостроек, новостройк(а) -> новостройк; дворец, дворц(а) -> дворц."""
    if len(stem) >= 5 and stem[-1] in "кц" and stem[-2] in "ое":
        before = stem[-3]
        if stem[-1] == "к" and stem[-2] == "е" and before in "аеиоуыэюя":
            return stem[:-2] + "йк"
        if before not in "аеиоуыэюя" and (stem[-1] == "к" or stem[-2] == "е"):
            return stem[:-2] + stem[-1]
    return stem


_stems = _Memo(_stem, 100_000)


def _forms(word: str) -> tuple[list[str], str]:
    """Top-level pieces of one compound (folded, unstemmed) and the whole written as one, or "" if it is no compound.

    `юго-западная` -> [юго, западная], югозападная; `9к1` -> [9, к1], 9к1; `7-я` -> [7], ""; `30-40` -> [30, 40], "".
    """
    word = _ABBREVIATIONS.get(word, word)
    pieces = word.split("-")
    if len(pieces) == 1:
        if not (numbered := _NUMBERED.fullmatch(word)):
            return pieces, ""
        pieces = list(numbered.groups())
    if len(pieces) == 2 and pieces[0].isdecimal() and pieces[1] in _ORDINAL:
        return pieces[:1], ""
    whole = "".join(pieces)
    return pieces, "" if whole.isdecimal() else whole


def _tokens(word: str) -> Iterator[str]:
    """What a document holds of one compound: its whole, its pieces, and the pieces of these; function words dropped."""
    if word.isdecimal():
        yield word[:_MAX_WORD]
        return
    pieces, whole = _forms(word)
    if whole:
        yield _stems[whole]
    for piece in pieces:
        if piece not in _STOP:
            yield _stems[piece]
            if whole and (numbered := _NUMBERED.fullmatch(piece)):
                yield from (_stems[part] for part in numbered.groups() if part not in _STOP)


def _chunk(chunk: str) -> str:
    return "".join([f"{token} " for word in _COMPOUND.findall(fold(chunk)) for token in _tokens(word)])


# By what stands between two spaces, punctuation and all: most of a text is met again, and splitting it is the cheapest.
_chunks = _Memo(_chunk, 60_000)


def document(*texts: str | None) -> str:
    """The stems of all words of the texts, parted by single spaces, ready for the index; "" if there are none."""
    text = texts[0] if len(texts) == 1 else " ".join(filter(None, texts))
    return "".join(map(_chunks.__getitem__, text.split()))[:-1] if text else ""


def code(text: str | None) -> str:
    """The same for a number or code that hardly ever comes twice (`B00012`), past the memory of words."""
    if not text:
        return ""
    if not (text.isascii() and text.isalnum()):
        return document(text)
    word = text.lower()
    if not word[-1].isdecimal() or len(word) > _MAX_WORD:
        return _stem(word)
    # What ends in a figure is no word with an ending; its letters are those of many codes.
    letters = word.rstrip("0123456789")
    return _prefixes[letters] + word[len(letters) :]


_prefixes = _Memo(lambda letters: _one_script(letters + "0")[:-1], 1_000)


def phone_tokens(*e164: str | None) -> str:
    """Every ending (3 digits and more, country code included) of the E.164 numbers, marked as a phone's.

    A query's fragment is then the beginning of one of them.
    """
    tokens = []
    for number in e164:
        if number:
            digits = number[1:] if number[0] == "+" else number
            if not (digits.isascii() and digits.isdecimal()):
                digits = re.sub("[^0-9]", "", digits)
            digits = digits[:_MAX_PHONE]
            tokens += [_PHONE + digits[i:] for i in range(len(digits) - _MIN_FRAGMENT + 1)]
    return " ".join(tokens)


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a query: its stem, and the word as typed, for a second try by beginnings."""

    stem: str
    typed: str


@dataclass(frozen=True, slots=True)
class Term:
    """One thing a document must have: all words of any one alternative, or any one of the phone fragments (digits)."""

    words: tuple[tuple[Word, ...], ...]
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What somebody typed, in normal form: a document must have every term.

    `blank`: nothing was typed, so there is nothing to filter by. Otherwise, where `fts5` and `tsquery` give None,
    something was typed that holds no letter and no digit (`%`, `!!!`): nothing can be found.
    """

    terms: tuple[Term, ...]
    blank: bool = False

    def fts5(self, prefix: bool = False) -> str | None:
        """The operand of FTS5's MATCH; all tokens are quoted strings.

        `prefix`: words also stand for the longer words that they begin (numbers do not); the second try, when the
        exact stems have found nothing.
        """
        return self._written(prefix, " AND ", " OR ", _fts5_token)

    def tsquery(self, prefix: bool = False) -> str | None:
        """The same as PostgreSQL's `tsquery`, also good as the text of `to_tsquery('simple', ...)`."""
        return self._written(prefix, " & ", " | ", _tsquery_token)

    def _written(self, prefix: bool, and_: str, or_: str, token: Callable[[str, bool], str]) -> str | None:
        def word(one: Word) -> str:
            if not prefix or one.typed.isdecimal():
                return token(one.stem, False)
            return _any([token(start, True) for start in _beginnings(one)], or_)

        def term(one: Term) -> str:
            ways = [and_.join(map(word, way)) for way in one.words]
            ways = [f"({way})" if len(words) > 1 else way for way, words in zip(ways, one.words, strict=True)]
            return _any(ways + [token(_PHONE + digits, True) for digits in one.phones], or_)

        return and_.join(map(term, self.terms)) or None


def _beginnings(word: Word) -> list[str]:
    return [word.stem] if word.typed.startswith(word.stem) else [word.stem, word.typed]


def _any(ways: list[str], or_: str) -> str:
    return ways[0] if len(ways) == 1 else f"({or_.join(ways)})"


def _fts5_token(text: str, prefix: bool) -> str:
    quoted = text.replace('"', '""')
    return f'"{quoted}"*' if prefix else f'"{quoted}"'


def _tsquery_token(text: str, prefix: bool) -> str:
    quoted = text.replace("\\", "\\\\").replace("'", "''")
    return f"'{quoted}':*" if prefix else f"'{quoted}'"


def parse(q: str) -> SearchQuery:
    """What somebody typed, read as words and fragments of phones; never raises.

    - No character acts as an operator: quotes, `*`, `%`, `-`, `:`, AND, NEAR are separators or plain words.
    - Function words are dropped, unless there are no others; then they count as words (documents do not hold them, so
      they find something only by beginnings, as `под` finds `подъезд`).
    - Digits, written as phones are (`8 (916) 123`, `+7916`, `916-12`), mean these numbers in the text, or with three
      digits and more a fragment of a phone.
    - 4,000 characters and 200 terms are read, the rest is not.
    """
    q = q.strip()
    terms: dict[Term, None] = {}
    stops: dict[Term, None] = {}
    for found in _QUERY.finditer(fold(q[:_MAX_QUERY])):
        digits, compound = found.groups("")
        for term in _numbers(digits) if digits else _words(compound):
            terms[term] = None
        if compound in _STOP:
            stops[Term(((Word(compound, compound),),))] = None
        if len(terms) >= MAX_TERMS or len(stops) >= MAX_TERMS:
            break
    return SearchQuery(tuple(terms or stops)[:MAX_TERMS], blank=not q)


def _word(typed: str) -> Word:
    return Word(_stems[typed], _one_script(typed[:_MAX_WORD]))


def _words(compound: str) -> Iterable[Term]:
    pieces, whole = _forms(compound)
    kept = tuple(_word(piece) for piece in pieces if piece not in _STOP)
    if not whole:
        return [Term((kept,))] if kept else []
    ways: list[tuple[Word, ...]] = [(_word(whole),)]
    # `2-к` must not come to mean any 2, nor `кто-то` nothing.
    if len(kept) == len(pieces) or any(len(word.typed) >= 3 and word.typed.isalpha() for word in kept):
        ways.append(kept)
    return [Term(tuple(ways))]


def _numbers(run: str) -> Iterable[Term]:
    groups = re.findall("[0-9]+", run)
    digits = "".join(groups)
    if len(digits) > _MAX_PHONE and len(parts := run.split()) > 1:
        return [term for part in parts for term in _numbers(part)]
    words = tuple(_word(group) for group in groups[:_MAX_PHONE])
    return [Term((words,), tuple(_fragments(digits)))] if words else []


def _fragments(digits: str) -> dict[str, None]:
    forms = [digits, *(e164 + digits[len(trunk) :] for trunk, e164 in _TRUNKS if digits.startswith(trunk))]
    return dict.fromkeys(form for form in forms if _MIN_FRAGMENT <= len(form) <= _MAX_PHONE)
