"""Amounts of money as people write them: `16 781 328 ₽`, `4,95 млн`, `60000/мес.`, `5 млн 300 тыс. руб.`."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, NamedTuple

from realty_cli.properties.reading.lexicon import currencies, fold
from realty_cli.properties.values import Unreadable, unknown

Period = Literal["day", "week", "month", "year"]


class Money(NamedTuple):
    """An amount in major units. `amount` is None where the text names none that could be kept (`договорная`, a range).

    `per_area`: the amount is for a square metre or a sotka. `at_least`: the text says `от`. A yearly or weekly amount
    is turned into a monthly one. `rest`: what else the text says, cut at its commas.
    """

    amount: int | Decimal | None
    currency: str | None = None
    period: Period | None = None
    per_area: bool = False
    at_least: bool = False
    rest: tuple[str, ...] = ()


_SCALES = (
    (r"млрд|миллиард\w*|bn\b|billion\w*", 10**9),
    (r"млн|миллион\w*|mln|million\w*|mio\b|m\b", 10**6),
    (r"тыс\w*|т\.?\s?р\b|т\.(?=\s|$)|тр\b|thousand|k\b|к\b", 10**3),
)
_FACTORS = tuple((re.compile(pattern), factor) for pattern, factor in _SCALES)
_AMOUNT = re.compile(
    r"(?<![\w.,])(-?)"
    r"(\d{1,3}(?:[ ']\d{3})+(?!\d)|\d{1,3}(?:[.,]\d{3})+(?!\d)|\d{1,18})(?:[.,](\d{1,12})(?!\d))?"
    rf"\s*((?:{'|'.join(pattern for pattern, _ in _SCALES)})\.?)?"
)
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d{1,12})?e\+?\d{1,2}")
_RANGE = re.compile(r"\s*(?:[₽$€]|руб\w*\.?|р\.)?\s*(?:-|–|—|до|to|\.\.+|…)\s*\d")
_FIGURES = re.compile(r"^\s*\d|\d{4}|\d \d{3}")
# A second amount that says the first once more: `100 млн ₽ / 1 200 000 $`, `≈ 90 000 €`, `12 300 000 ₽ 240 234 ₽/м²`.
_SAID_AGAIN = re.compile(
    r"\s*[/≈~=]\s*(?:[$€₽]\s*[\d ,.]+|[\d ,.]+(?:млн|тыс)?\.?\s*(?:[$€₽]|usd|eur|руб))"
    r"|\s+\d[\d ]*(?:[₽$€]|руб\w*\.?|р\.)?\s*(?:/|за\s)\s*(?:1\s*)?(?:м2|м²|кв)"
)

_EACH = r"(?:/|\bв|\bза|\bper|\bкажд\w+)\s*(?:1\s*|один\s+)?"
_PERIODS: tuple[tuple[re.Pattern[str], Period], ...] = (
    (re.compile(rf"{_EACH}(?:сут|ноч|день\b|дня\b|day\b|night)\w*|посуточн\w*|nightly|daily"), "day"),
    (re.compile(rf"{_EACH}(?:недел|week|wk)\w*|\bpw\b|weekly"), "week"),
    (re.compile(rf"{_EACH}(?:мес|month|mo\b|mth)\w*|ежемесячн\w*|\bpcm\b|monthly|помесячн\w*"), "month"),
    (re.compile(rf"{_EACH}(?:год\b|year|yr|annum)\w*|\bp\.?a\b|yearly"), "year"),
)
_PER_AREA = re.compile(r"(?:/|\bза|\bper)\s*(?:1\s*)?(?:м2|м²|m2|m²|кв\.?\s?м\w*|sq\.?\s?(?:m|ft)\w*|сот\w*|га\b|ha\b)")
_SIGN = re.compile(r"[₽$€₸₴£֏₾₼₺฿¥₪]|бел\.?\s?руб\w*|us\$|у\.\s?е\b|[a-zа-я']+")
_ON_REQUEST = (
    "договор", "по запрос", "уточн", "звон", "request", "poa", "call", "negotiable", "contact", "аукцион", "торги",
    "согласован", "индивидуал", "закрыт", "ask", "цена не", "не указ",
)  # fmt: skip
_BEFORE = re.compile(
    r"(?:цена|стоимость|price|итого|аренда|залог|депозит|плата|rent|от|from|около|примерно|us\$|[a-z]{3}\b"
    r"|[₽$€₸₴£֏₾₼₺฿¥₪≈~=:–—-]|\s)*"
)


#: What stands after the figures of an amount (`₽/мес.`) is met again; the figures are not.
_FIGURES_FIRST = re.compile(r"(\d{1,3}(?:[ \xa0\u202f]\d{3}){1,4}|\d{1,15})(\D{1,80})")
_TAILS: dict[tuple[str, int], Money] = {}
_MOST_TAILS = 4_096


def money(text: str, scale: int = 1) -> Money | None:
    """Reads an amount. A bare number is in units of `scale` (a header's `тыс. руб.` is 1000).

    Raises Unreadable for words without an amount, for an amount that is not above zero, and where two amounts compete.
    """
    if text.isdecimal() and len(text) <= 18:
        return Money(_positive(int(text) * scale, text))
    quick = _plain_figures(text)
    if quick is not None:
        return Money(_positive(quick[0] * scale, text), quick[1])
    parted = _FIGURES_FIRST.fullmatch(text)
    if parted is None:
        return _read(text, scale)
    amount = int("".join(parted[1].split())) * scale
    tail = _TAILS.get((parted[2], scale))
    if tail is not None and amount > 0:
        return tail._replace(amount=amount)
    found = _read(text, scale)
    # Nothing but the figures may have made the amount: no word for millions, no year to be parted into months.
    if found is not None and found.amount == amount and found.period not in ("week", "year"):
        if len(_TAILS) >= _MOST_TAILS:
            _TAILS.clear()
        _TAILS[parted[2], scale] = found
    return found


def _read(text: str, scale: int) -> Money | None:
    plain = " ".join(text.replace("−", "-").replace("’", "'").split()).rstrip(" .,;")
    folded = plain.casefold().replace("ё", "е")
    if len(folded) != len(plain):
        plain = folded
    if unknown(folded):
        return None
    if _SCIENTIFIC.fullmatch(folded):
        return Money(_positive(_tidy(Decimal(folded.replace(",", ".")) * scale), text))
    found = _AMOUNT.search(folded)
    if not found:
        if any(word in folded for word in _ON_REQUEST):
            return Money(None, rest=(plain,))
        raise Unreadable("import.price_unreadable", text=text)
    before = folded[: found.start()].strip()
    if _RANGE.match(folded, found.end()) or before in ("до", "up to", "цена до"):
        return Money(None, rest=(plain,))
    if not _BEFORE.fullmatch(before):
        raise Unreadable("import.price_unreadable", text=text)
    amount, end = _amount(folded, found, scale)
    return _with_terms(text, before, -amount if found[1] else amount, plain[end:], folded[end:])


def _plain_figures(text: str) -> tuple[int, str | None] | None:
    """The two commonest notations without a regular expression: `16 781 328 ₽` and `16781328.0`."""
    figures = text.rstrip("₽ \u00a0\u202f\u2009")
    if not figures:
        return None
    head, *groups = figures.split() or [""]
    if not groups:
        head, point, decimals = head.partition(".")
        if not point or decimals not in ("0", "00") or not head.isdecimal() or len(head) > 18:
            return None
    elif len(head) > 3 or len(groups) > 4 or not all(len(group) == 3 for group in groups):
        return None
    joined = "".join([head, *groups])
    if not joined.isdecimal():
        return None
    return int(joined), "RUB" if len(figures) < len(text.rstrip()) else None


def _with_terms(text: str, before: str, amount: Decimal, plain: str, folded: str) -> Money:
    stop = next((at for at, character in enumerate(folded) if character in ",;\n|("), len(folded))
    converted = _SAID_AGAIN.search(folded[:stop])
    stop = converted.start() if converted else stop
    tail = folded[:stop]
    if _FIGURES.search(tail):
        raise Unreadable("import.price_unreadable", text=text)
    taken: list[tuple[int, int]] = []
    per_area = _PER_AREA.search(tail)
    if per_area:
        taken.append(per_area.span())
    period: Period | None = None
    for pattern, name in _PERIODS:
        if found := pattern.search(tail):
            period = name
            taken.append(found.span())
            break
    currency = _currency(before)
    for sign in _SIGN.finditer(tail):
        if code := currencies().get(sign[0].rstrip(".")):
            currency = code
            taken.append(sign.span())
            break
    if period == "year":
        amount /= 12
    elif period == "week":
        amount = amount * 52 / 12
    pieces = [_without(plain[:stop], taken), *re.split(r"[,;\n|](?!\d)|[()]", plain[stop:])]
    rest = tuple(piece for piece in (piece.strip(" .,;|/\\–—+=-") for piece in pieces) if piece)
    at_least = before.endswith(("от", "from"))
    return Money(_positive(_tidy(amount), text), currency, period, per_area is not None, at_least, rest)


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + " " + text[end:]
    return " ".join(text.split())


def _amount(folded: str, found: re.Match[str], scale: int) -> tuple[Decimal, int]:
    """The amount that begins at `found`, with a smaller one that goes on from it (`5 млн 300 тыс`), and its end."""
    value, factor = _one(found, scale)
    total = value * (factor or scale)
    end = found.end()
    while factor and (more := _AMOUNT.match(folded, end + len(folded[end:]) - len(folded[end:].lstrip(" .")))):
        following, smaller = _one(more, 1)
        if more[1] or not smaller or smaller >= factor:
            break
        total += following * smaller
        end, factor = more.end(), smaller
    return total, end


def _one(found: re.Match[str], scale: int) -> tuple[Decimal, int | None]:
    _, figures, decimals, word = found.groups()
    factor = next((by for pattern, by in _FACTORS if pattern.match(word)), None) if word else None
    # Millions have decimals, not groups: `4,950 млн`.
    if (factor or scale >= 10**6) and decimals is None and re.fullmatch(r"\d{1,3}[.,]\d{3}", figures):
        return Decimal(figures.replace(",", ".")), factor
    digits = re.sub(r"\D", "", figures)
    return Decimal(f"{digits}.{decimals or 0}"), factor


def _currency(text: str) -> str | None:
    return next((code for sign in _SIGN.findall(text) if (code := currencies().get(sign.rstrip(".")))), None)


def _tidy(amount: Decimal) -> int | Decimal:
    if amount == amount.to_integral_value():
        return int(amount)
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _positive(amount: int | Decimal, text: str) -> int | Decimal:
    if amount <= 0:
        raise Unreadable("import.price_not_positive", text=text)
    return amount


def pledge(text: str) -> Money | None:
    """A deposit: an amount, 0 for `без залога`. Raises Unreadable for `1 месяц`, which is no amount."""
    folded = fold(text)
    if folded in ("0", "0.0", "нет", "no") or folded.startswith(("без ", "no ")):
        return Money(0)
    if "мес" in folded or "month" in folded:
        raise Unreadable(text=text)
    return money(text)
