"""Terms of a deal in running words: `Свободная продажа, возможна ипотека`, `От года, комиссия 70%, залог 60 000 ₽`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from realty_cli.properties.reading.amounts import pledge
from realty_cli.properties.reading.lexicon import fold
from realty_cli.properties.values import Unreadable, percent

_SALE_KIND = re.compile(
    r"свободн|альтернатив|переуступк|уступк|\bдду\b|долев|214|\bжск\b|\bдкп\b|прямая продажа|встречная"
    r"|аукцион|free sale|договор"
)
_NEW = re.compile(r"переуступк|уступк|\bдду\b|долев\w+ участ|214|\bжск\b|первичн")
_LEASE = re.compile(r"от года|длительн|несколько месяц|срок аренды|посуточн|краткосроч|long.?term|few.?months|на лето")
_LAYERS = (
    ("prepayment", re.compile(r"предоплат|prepay")),
    ("utilities", re.compile(r"коммун|комм\.|жкх|жку|счетчик|utilit|\bку\b")),
)
_SPLIT = re.compile(r"[,;|\n](?!\d)|\s\+\s|(?<=[а-я])\.\s+(?=[А-ЯЁ])")
_MONTH = re.compile(r"(?:за|в)\s+месяц|месяц|ежемесячно|/\s?мес")
_DAY = re.compile(r"(?:за|в)\s+сутки|посуточно|/\s?сут")


class Terms(NamedTuple):
    """Fields that the terms name, what of them becomes an attribute, and the pieces that say neither.

    `deal` is the kind of deal that they suppose: a lease term means rent, a free sale means sale.
    """

    fields: dict[str, Any]
    attributes: dict[str, str]
    rest: list[str]
    deal: str | None


def split(text: str) -> list[str]:
    """A cell of terms, cut at its commas."""
    return [piece.strip(" .,;") for piece in _SPLIT.split(text) if piece and piece.strip(" .,;()")]


def read(pieces: Iterable[str]) -> Terms:
    """What terms say; a piece that cannot be read is kept in `rest`, never refused."""
    found = Terms({}, {}, [], None)
    deal: str | None = None
    for piece in pieces:
        folded = fold(piece)
        if not _field(found.fields, folded) and not _kept(found, piece, folded):
            if _MONTH.fullmatch(folded):
                deal = deal or "rent"
            elif _DAY.fullmatch(folded):
                deal = "daily_rent"
            else:
                found.rest.append(piece)
        if "sale_kind" in found.attributes:
            deal = deal or "sale"
        if "lease_term" in found.attributes or "deposit" in found.fields:
            deal = deal or "rent"
    return found._replace(deal=deal)


def _field(fields: dict[str, Any], folded: str) -> bool:
    if "ипотек" in folded or "mortgage" in folded:
        fields["mortgage"] = not re.search(r"\b(?:без|не|нет|no)\b|невозможн", folded)
        return bool(
            re.fullmatch(
                r"(?:возможна |есть |подходит |подходит под |без |не подходит |невозможна |не возможна |можно в "
                r"|под )?ипотек[ауи]?(?: возможна| есть| невозможна)?|mortgage",
                folded,
            )
        )
    if re.search(r"\bторг\b|\bторга\b|bargain|haggle", folded):
        fields["bargain"] = not re.search(r"\b(?:без|не|нет|no)\b|неумест", folded)
        return True
    try:
        if "комисси" in folded:
            share = percent(folded)
            if share is None or share > 200:
                return False
            fields["commission"] = share
            return True
        if "залог" in folded or "депозит" in folded:
            amount = pledge(folded)
            if amount is None or amount.amount is None:
                return False
            fields["deposit"] = amount.amount
            return True
    except Unreadable:
        return False
    return False


def _kept(found: Terms, piece: str, folded: str) -> bool:
    if _SALE_KIND.search(folded):
        _add(found.attributes, "sale_kind", piece)
        if _NEW.search(folded):
            found.fields["market"] = "new_building"
        return True
    if _LEASE.search(folded):
        _add(found.attributes, "lease_term", re.sub(r"^срок аренды\s*[-–:]\s*", "", piece, flags=re.IGNORECASE))
        return True
    for name, pattern in _LAYERS:
        if pattern.search(folded):
            _add(found.attributes, name, re.sub(r"^предоплата\s*[-–:]?\s*", "", piece, flags=re.IGNORECASE) or piece)
            return True
    return False


def _add(attributes: dict[str, str], name: str, piece: str) -> None:
    attributes[name] = f"{attributes[name]}, {piece}" if name in attributes else piece
