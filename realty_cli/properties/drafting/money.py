"""Sums of money: the price among deposits, commissions, prices per metre, payments and sums long past."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from realty_cli.properties.drafting.findings import Finding
from realty_cli.properties.drafting.numerals import Number, after, before
from realty_cli.properties.drafting.source import Source

_RIGHT = re.compile(
    r"\s?(?:(?P<billion>млрд|миллиард[а-я]{0,2}|bn\b|billion)|(?P<million>млн|миллион[а-я]{0,2}|лям[а-я]{0,2}"
    r"|мил\b|m\b|mln|mn\b|million)"
    r"|(?P<thousand>тыс(?:яч[а-я]{0,2})?|т\.?\s?р\b|т\.\s?(?=руб|₽)|тр\b|к\b(?!\.?\s?кв)|k\b|thousand)"
    r"|(?P<none>))(?:(?<![\d])\.)?\s?"
    r"(?P<currency>₽|\u20bd|руб(?:л[а-я]{1,3})?\b|р\b|рублей|rub\b|rur\b|rubles?\b|roubles?\b|\$|usd\b"
    r"|долл[а-я]{0,4}|dollars?\b|у\.?\s?е\b|€|eur\b|euros?\b|евро\b"
    r"|£|gbp\b|pounds?\b|₸|тенге|тг\b|kzt\b|₪|ils\b|nis\b|шекел[а-я]{0,2}|aed\b|dirhams?\b|дирхам[а-я]{0,2}"
    r"|сом\b|kgs\b|₴|грн|uah\b|byn\b|gel\b|лари)?"
)
_LEFT_SIGN = re.compile(r"(?:(?P<sign>[$€£₽₸₪])|\b(?P<code>usd|eur|gbp|aed|rub|kzt|ils|uah|byn|gel|kgs|us\$))\s?$")
_CURRENCIES = (
    (("₽", "р", "rub", "rur", "roub"), "RUB"), (("$", "usd", "долл", "doll", "у", "us$"), "USD"),
    (("€", "eur", "евро"), "EUR"), (("£", "gbp", "pound"), "GBP"), (("₸", "тенге", "тг", "kzt"), "KZT"),
    (("aed", "dirham", "дирхам"), "AED"), (("ils", "₪", "nis", "шекел"), "ILS"),
    (("сом", "kgs"), "KGS"), (("₴", "грн", "uah"), "UAH"), (("byn",), "BYN"),
    (("gel", "лари"), "GEL"),
)  # fmt: skip
_SCALE = {"billion": 1_000_000_000, "million": 1_000_000, "thousand": 1_000}
_LEFT_ROLE = re.compile(
    r"(?P<deposit>залог[а-я]{0,2}|депозит|обеспечительн|страхов[а-я]{2,3}\sдепозит|deposit)"
    r"|(?P<commission>комисси|agency\sfee|agent(?:'s)?\sfee|commission|fees?\b)"
    r"|(?P<other>аванс|задат|предоплат|брон[ьи]|коммунал|кварт?плат|\bку\b|жкх|счетчик|счетам|взнос|налог"
    r"|скидк|торг\sдо|бонус|маткап|материнск|субсид|плат[её]ж"
    r"|доход|окупаем|прибыл|аренд[а-я]{2,4}\s(?:поток|доход)|арендатор|сдавал|сдается\sза|экономи|содержани"
    r"|сигнализ|интернет|стоимость\sремонта|вложен|ремонт\sна|кадастров[а-я]{2}|долг"
    r"|hoa|service\scharge|council\stax|bills?\b|maintenance|rental\sincome|yield|ground\srent|reservation"
    r"|tax(?:es)?\b|uplift|worth)"
    r"|(?P<per>за\s(?:кв|метр|м2|сотк|1\s?м|квадрат)|цена\sм2|ставк|цена\sметра|руб/м)"
    r"|(?P<old>\bбыл[ао]\b|стар[а-я]{2}\sцен|вместо|ранее|раньше|рыночн[а-я]{2,3}\sцен|рыночная|прежн[а-я]{2}"
    r"|previously|\bwas\b|reduced\sfrom|снижен[а-я]{0,2}\sс\b|снизили\sс\b)"
    r"|(?P<full>итого|полная|полной|общая\sстоимость|всего\sза|в\sдкп|in\stotal|total)"
    r"|(?P<new>стало|нов[а-я]{2}\sцен|теперь|reduced\sto|\bnow\b)"
    r"|(?P<price>цен[аоуые]|оплат[аы]\b|стоимост|прош[уе]|отда[мюе]|продам\sза|продаж[аи]|стоит|price|asking"
    r"|listed|rent|offers|guide)"
)
_RIGHT_ROLE = re.compile(
    r"\s?(?:"
    r"(?P<per>(?:/|за|per|a)\s?(?:1\s?)?(?:кв|м2|м\b|метр|сот|квадрат|sq|m2|square)"
    r"|в\sмес[а-я.]{0,4}\sза\s(?:кв|м2|метр)|\s?-?\s?цена\sза\sметр)"
    r"|(?P<deposit>\(?\s?-?\s?(?:залог|депозит|deposit))"
    r"|(?P<commission>\(?\s?-?\s?(?:комисси|commission))"
    r"|(?P<other>[-(]?\s?(?:аванс|задаток|коммунал[а-я]*(?!\s?вкл)|\bку\b(?!\s?вкл)|кап\.?\s?ремонт|скидк"
    r"|bonus|бонус|service\scharge|за\s(?:свет|воду|охрану|интернет|коммунал)))"
    r"|(?P<daily>[/\\.,-]?\s?(?:(?:в|за)?\s?сут(?:ки|\b)|в\sдень|день|ночь|за\sночь|(?:per|a|/)\s?(?:night"
    r"|day)|nightly|night))"
    r"|(?P<monthly>[/\\.,-]?\s?(?:в\s)?(?:мес|м-ц|месяц|ежемес|месяч)|pcm\b|p\.?c\.?m|[/\\]?\s?(?:per|a"
    r"|/)?\s?(?:calendar\s)?month(?:ly)?\b|p/?m\b|pw\b|per\sweek|/\s?mo\b)"
    r")"
)
_NOT_MONEY = re.compile(
    r"\s?(?:м2|m2|m\b|м\b|кв|мин|этаж|эт\b|сот|км|шт|лет|год|га\b|%|комн|квт|человек|чел|sq|min|bed|km|th\b|-?к\b"
    r"|-?ти|ватт|см\b|:)"
)
_PERCENT = re.compile(r"\s?(?:%|процент)")
_DEPOSIT_NONE = re.compile(
    r"(?:без|нет)\s(?:комисси[ийя]{1,2}\s?(?:и|/)\s?)?(?:залог|депозит)|залога?\s(?:нет|не\s)|no\sdeposit|zero\sdeposit"
)
_DEPOSIT_MONTH = re.compile(
    r"(?:залог[а-я]{0,2}|обеспечительн[а-я]{2,3}\sплат[ее]ж[а-я]?"
    r"|депозит)\s?[-:(=]{0,2}\s?(?:в\sразмере\s)?(?:(?:1|одного|один|за)\s?(?:-?го\s)?месяц|месячн"
    r"|равен\sмесячн|размере\sмесячн|в\sразмере\sмесячн)"
    r"|(?:one|1)[\s-]month(?:'s|s)?\s(?:rent\s)?(?:as\s)?(?:a\s)?(?:security\s)?deposit"
    r"|deposit[\s:]{1,2}(?:of\s)?(?:one|1)[\s-]month"
)
_COMMISSION_NONE = re.compile(
    r"(?:без|нет)\s(?:залог[а-я]{0,2}\s?(?:и|/)\s?)?комисси|комисси[яийю]{1,3}\s?[-:]?\s?(?:нет\b|не\sбер"
    r"|отсутств|0\s?(?:%|руб|₽))|не\sбер[а-я]{1,4}\sкомисс"
    r"|no\s(?:agency|agent'?s?|letting|broker'?s?|commission)?\s?(?:fees?|commission)\b|fee[\s-]free"
    r"|without\s(?:any\s)?(?:commission|agency)"
)
_CROSS_COMMISSION = re.compile(r"без\sзалог[а-я]{0,2}\s?(?:и|/)\s?комисси")
_CROSS_DEPOSIT = re.compile(r"без\sкомисси[ийя]{1,2}\s?(?:и|/)\s?залог")


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount of money in major units and what it is for."""

    amount: float
    start: int
    end: int
    currency: str | None
    role: str | None
    period: str | None
    scaled: bool
    percent: bool = False


def sums(source: Source, numbers: list[Number]) -> list[Sum]:
    """Every sum of the text with its role, in order. Millions and thousands of one sum are added up."""
    found: list[Sum] = []
    previous_end, skip_before = 0, -1
    for index, number in enumerate(numbers):
        if number.start < skip_before or number.ordinal:
            continue
        percent = _PERCENT.match(source.masked, number.end)
        if percent is not None:
            role = _left_role(before(source, number.start, 24)) or _percent_right(source, number)
            found.append(Sum(number.value, number.start, percent.end(), None, role, None, False, percent=True))
            previous_end = number.end
            continue
        amount = _amount(source, numbers, index)
        if amount is None:
            continue
        skip_before = amount.end
        placed = _placed(source, amount, previous_end)
        if placed is not None:
            found.append(placed[0])
            previous_end = placed[1]
    return _ranged(source, found)


@dataclass(frozen=True, slots=True)
class _Amount:
    """A number with its thousands, millions and currency, before anything is known of its use."""

    value: float
    start: int
    end: int
    currency: str | None
    scaled: bool


def _amount(source: Source, numbers: list[Number], index: int) -> _Amount | None:
    """The number as a sum, or None when nothing makes it one: neither sign nor scale, and too small to stand alone."""
    text, number = source.masked, numbers[index]
    read = _RIGHT.match(text, number.end)
    if read is None:
        return None
    scale = next((name for name in _SCALE if read[name]), None)
    currency, end, start = _currency(read["currency"]), read.end(), number.start
    value = number.grouped if scale is None and number.grouped is not None else number.value
    value *= _SCALE.get(scale or "", 1)
    if scale == "million" and index + 1 < len(numbers):
        more = numbers[index + 1]
        tail = _RIGHT.match(text, more.end)
        joined = more.start - end < 4 and more.value < 1000 and not text[end : more.start].strip(" .и")
        if joined and tail is not None and tail["thousand"]:
            value, end = value + more.value * 1000, tail.end()
            currency = currency or _currency(tail["currency"]) or ("RUB" if "р" in tail["thousand"] else None)
    elif scale == "thousand" and "р" in read["thousand"]:
        currency = currency or "RUB"
    elif scale is None and currency is None:
        end = number.end
    if currency is None:
        sign = _LEFT_SIGN.search(text, max(0, start - 5), start)
        if sign is not None:
            currency, start = _currency(sign["sign"] or sign["code"]), sign.start()
    if currency is None and scale is None and (number.in_words or value < 1000) and not _PLUS.match(text, end):
        return None
    return _Amount(value, start, end, currency, scale is not None) if value > 0 else None


def _placed(source: Source, amount: _Amount, previous_end: int) -> tuple[Sum, int] | None:
    """The amount with its role and period, and where the words about it end."""
    text = source.masked
    role = _left_role(before(source, amount.start, min(44, max(0, amount.start - previous_end))))
    right = after(source, amount.end, 30)
    matched = _RIGHT_ROLE.match(right)
    kind = matched.lastgroup if matched else None
    period = kind if kind in {"daily", "monthly"} else None
    if kind in {"per", "deposit", "commission", "other"} and role not in {"deposit", "commission"}:
        role = kind
    if period == "monthly" and _PER_SQUARE.match(right):
        role = "per"
    value = amount.value
    if amount.currency is None and not amount.scaled:
        if role == "price" and value < 1000 and _PLUS.match(text, amount.end):
            # "оплата 45 + счётчики" is told in thousands.
            value *= 1000
        elif value < 1000 or (role not in _PRICE_ROLES and period is None) or _NOT_MONEY.match(text, amount.end):
            return None
    end = amount.end + (matched.end() if matched else 0)
    while end < len(text) and text[end].isalpha():
        end += 1
    return Sum(value, amount.start, amount.end, amount.currency, role, period, amount.scaled), end


_PRICE_ROLES = frozenset({"price", "full", "new", "deposit"})
_PLUS = re.compile(r"\s?(?:т\.?)?\s?\+\s?(?:сч|ку\b|к/у|коммунал|свет|вод|жкх|квит)")
_PER_SQUARE = re.compile(r".{0,14}?(?:за|per|/)\s?(?:кв|м2|sq|m2)")
_FROM_TO, _FROM = re.compile(r"\s?(?:до|to)\s?"), re.compile(r"\b(?:с|from)\s$")
_RANGE_GAP = re.compile(r"\s?(?:-|до|to)\s?$")


def _ranged(source: Source, found: list[Sum]) -> list[Sum]:
    """The second end of "от 7 до 9 млн" is no other price."""
    kept: list[Sum] = []
    for one in found:
        if (
            kept
            and _FROM_TO.fullmatch(source.masked, kept[-1].end, one.start)
            and _FROM.search(source.masked, max(0, kept[-1].start - 4), kept[-1].start)
        ):
            kept[-1] = replace(kept[-1], role="old")
            one = replace(one, role="new") if one.role in {None, "old", "price"} else one
        elif (
            kept
            and one.period
            and kept[-1].period is None
            and kept[-1].role == one.role
            and one.start - kept[-1].end < 24
        ):
            kept[-1] = replace(kept[-1], period=one.period)
        if kept and kept[-1].role == one.role and _RANGE_GAP.fullmatch(source.masked, kept[-1].end, one.start):
            continue
        kept.append(one)
    return kept


def _percent_right(source: Source, number: Number) -> str | None:
    matched = re.match(
        r"\s?%?\s?-?\s?(?P<role>комисси|залог|commission|deposit|agency)", source.masked[number.end : number.end + 24]
    )
    if matched is None:
        return None
    return "deposit" if matched["role"] in {"залог", "deposit"} else "commission"


def _left_role(left: str) -> str | None:
    """The role named last before the sum, unless a comma and other words part them."""
    named = None
    for match in _LEFT_ROLE.finditer(left):
        named = match
    if named is None:
        return None
    gap = left[named.end() :]
    if gap.count(",") and named.lastgroup not in {"price", "full", "new"}:
        return None
    if len(gap) > 26 and named.lastgroup in {"deposit", "commission", "old"}:
        return None
    return named.lastgroup


def _currency(text: str | None) -> str | None:
    if not text:
        return None
    for beginnings, code in _CURRENCIES:
        if text.startswith(beginnings):
            return code
    return None


def find_money(source: Source, numbers: list[Number], deal_type: str | None) -> tuple[dict[str, Finding], Sum | None]:
    """`price`, `currency`, `deposit`, `commission` (per cent), and the sum that is the price."""
    amounts = sums(source, numbers)
    found: dict[str, Finding] = {}
    price = _price([one for one in amounts if not one.percent], deal_type)
    if price is not None:
        evidence = (source.span(price.start, price.end),)
        found["price"] = Finding(round(price.amount), evidence)
        if price.currency is not None:
            found["currency"] = Finding(price.currency, evidence)
    found |= _deposit(source, amounts, price)
    found |= _commission(source, amounts)
    return found, price


def _price(amounts: list[Sum], deal_type: str | None) -> Sum | None:
    best, best_rank = None, 0.0
    for order, one in enumerate(amounts):
        rank = _rank(one, deal_type) - order * 0.01
        if rank > 0 and (best is None or rank > best_rank):
            best, best_rank = one, rank
    return best


def _rank(one: Sum, deal_type: str | None) -> float:
    """How much a sum looks like the price; none at all is 0 or below."""
    if one.role in {"deposit", "commission", "other", "per"}:
        return 0
    rank = {None: 1.0, "old": 0.2, "price": 4.0, "new": 5.0, "full": 5.0}[one.role]
    rank += 0.5 if one.currency else 0.0
    if one.period == "monthly":
        rank += {"rent": 3.0, "daily_rent": -2.0, "sale": -6.0}.get(deal_type or "", 1.0)
    elif one.period == "daily":
        rank += {"daily_rent": 3.0, "rent": 0.0, "sale": -6.0}.get(deal_type or "", 1.0)
    if deal_type == "sale":
        rank += 2.0 if one.amount >= 1_000_000 else 0.0
        rank -= 0.6 if one.amount < 30_000 and one.currency in {None, "RUB"} else 0.0
    elif one.amount >= 1_000_000 and one.currency in {None, "RUB"} and deal_type in {"rent", "daily_rent"}:
        rank -= 1.5
    return rank


def _deposit(source: Source, amounts: list[Sum], price: Sum | None) -> dict[str, Finding]:
    text = source.masked
    for one in amounts:
        if one.role != "deposit":
            continue
        evidence = (source.span(one.start, one.end),)
        if not one.percent:
            return {"deposit": Finding(round(one.amount), evidence)}
        if price is not None and 0 <= one.amount <= 300:
            return {"deposit": Finding(round(price.amount * one.amount / 100), evidence, "inferred")}
    none = _DEPOSIT_NONE.search(text) or _CROSS_DEPOSIT.search(text)
    if none is not None:
        return {"deposit": Finding(0, (source.span(*none.span()),))}
    month = _DEPOSIT_MONTH.search(text)
    if month is not None and price is not None:
        return {"deposit": Finding(round(price.amount), (source.span(*month.span()),), "inferred")}
    return {}


def _commission(source: Source, amounts: list[Sum]) -> dict[str, Finding]:
    for one in amounts:
        if one.role == "commission" and one.percent and 0 <= one.amount <= 200:
            value = int(one.amount) if one.amount == int(one.amount) else one.amount
            return {"commission": Finding(value, (source.span(one.start, one.end),))}
    none = _COMMISSION_NONE.search(source.masked) or _CROSS_COMMISSION.search(source.masked)
    if none is not None:
        return {"commission": Finding(0, (source.span(*none.span()),))}
    return {}
