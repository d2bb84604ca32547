"""Readers of what a row says about the deal: price, terms, kind of deal, status.

See `cells` for what a reader is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from realty_cli.errors import FieldProblem
from realty_cli.properties import values
from realty_cli.properties.reading import lexicon, terms
from realty_cli.properties.reading.amounts import Money, money, pledge
from realty_cli.properties.reading.cells import MINUS_ONE, NOTHING, Column, Read, Reading, cut, kept, said
from realty_cli.properties.values import Unreadable, blank, line, unknown

#: Above any price in any currency; the store refuses more.
MAX_PRICE = 10**13


def price(column: Column) -> Read:
    scale, currency = column.unit.scale, column.unit.currency
    foreign = currency if currency != "RUB" else None

    def read(cell: str) -> Reading:
        if cell.isdecimal() and scale == 1 and foreign is None and len(cell) <= 13 and cell.strip("0"):
            return ({"price": int(cell)}, None, (), ())
        text = line(cell)
        if text in MINUS_ONE:
            return NOTHING
        try:
            found = money(text, scale)
        except Unreadable as reason:
            return ({}, None, (FieldProblem(column.label, reason.code, {"value": text[:80]}),), ())
        if found is None:
            return NOTHING
        if found.amount is not None and found.amount > MAX_PRICE:
            return (
                {},
                None,
                (FieldProblem(column.label, "money.too_large", {"value": text[:80], "most": MAX_PRICE}),),
                (),
            )
        return _priced(column, text, found, foreign)

    return read


def _priced(column: Column, text: str, found: Money, foreign: str | None) -> Reading:
    fields: dict[str, Any] = {}
    told = terms.read(found.rest)
    fields.update(told.fields)
    attributes = dict(told.attributes)
    if told.rest and found.amount is not None:
        attributes["price_terms"] = cut(", ".join(told.rest))
    if found.per_area:
        attributes["price_per_m2"] = cut(text)
    elif found.amount is None:
        attributes["price_text"] = cut(text)
    else:
        fields["price"] = found.amount
        if found.at_least or found.period in ("week", "year"):
            attributes["price_text"] = cut(text)
        code = found.currency or foreign
        if code:
            fields["_currency"] = code
    if found.period:
        fields["_period"] = found.period
        told = told._replace(deal="daily_rent" if found.period == "day" else "rent")
    if told.deal:
        fields["_deal_value"] = told.deal
    warnings = (FieldProblem(column.label, "import.price_from", {"value": text[:80]}),) if found.at_least else ()
    return (fields, attributes or None, (), warnings)


def deposit(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if (unknown(text) and text.casefold() != "нет") or text in MINUS_ONE:
            return NOTHING
        months = re.fullmatch(r"(\d(?:[.,]\d)?)\s*(?:мес\w*\.?|months?)", text.casefold())
        if months:
            return said({"_deposit_months": float(months[1].replace(",", "."))}, {column.label: text})
        try:
            found = pledge(text)
        except Unreadable:
            return kept(column, text)
        if found is None or found.amount is None or found.amount > MAX_PRICE:
            return kept(column, text)
        return said({"deposit": found.amount})

    return read


def commission(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if text in ("", *MINUS_ONE):
            return NOTHING
        try:
            share = values.percent(text)
        except Unreadable:
            # A commission in money, or in words.
            return kept(column, text)
        if share is None:
            return NOTHING
        if not column.own and not 0 <= share <= 200:
            return kept(column, text)
        return said({"commission": share})

    return read


def deal_terms(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if unknown(text):
            return NOTHING
        told = terms.read(terms.split(text))
        attributes = dict(told.attributes)
        if told.rest:
            attributes[column.label] = cut(", ".join(told.rest))
        fields = dict(told.fields)
        if told.deal:
            fields["_deal_terms"] = told.deal
        return said(fields, attributes or None)

    return read


def currency(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if unknown(text):
            return NOTHING
        code = lexicon.currencies().get(lexicon.fold(text))
        if code is None and len(text) == 3 and text.isascii() and text.isalpha():
            code = text.upper()
        return said({"currency": code}) if code else kept(column, text, "import.unknown_word")

    return read


def period(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if unknown(text):
            return NOTHING
        found = lexicon.enumerated("deal_type", text)
        if found is None:
            return kept(column, text)
        return said({"_period": "day" if found.value == "daily_rent" else "month", "_deal_value": found.value})

    return read


def deal_type(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if unknown(text):
            return NOTHING
        found = lexicon.enumerated("deal_type", text)
        kind = lexicon.kind(text)
        told = terms.read(terms.split(text))
        fields: dict[str, Any] = {**told.fields, **({"_kind": kind.facts} if kind else {})}
        attributes = dict(told.attributes)
        if found:
            folded = lexicon.fold(text)
            daily = found.value == "rent" and any(word in folded for word in ("посут", "сутк", "daily", "short"))
            fields["deal_type"] = "daily_rent" if daily else found.value
        elif told.deal:
            fields["_deal_terms"] = told.deal
        elif not fields and not attributes:
            return kept(column, text, "import.unknown_word")
        if told.rest and not found:
            attributes[column.label] = cut(text)
        return said(fields, attributes or None)

    return read


def status(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if unknown(text):
            return NOTHING
        found = lexicon.enumerated("status", text)
        if found:
            same = lexicon.fold(text) == found.value
            nuance = found.value in ("reserved", "withdrawn") and not same
            return said({"status": found.value}, {"status_text": cut(text)} if nuance else None)
        kind = lexicon.kind(text)
        if kind:
            return said({"_kind": kind.facts})
        return kept(column, text, "import.unknown_word")

    return read


def market(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if blank(text):
            return NOTHING
        found = lexicon.enumerated("market", text)
        if found:
            return said({"market": found.value})
        try:
            new = values.boolean(text)
        except Unreadable:
            return kept(column, text, "import.unknown_word")
        return NOTHING if new is None else said({"market": "new_building" if new else "resale"})

    return read


READERS: dict[str, Callable[[Column], Read]] = {
    "price": price,
    "deposit": deposit,
    "commission": commission,
    "terms": deal_terms,
    "currency": currency,
    "period": period,
    "deal_type": deal_type,
    "status": status,
    "market": market,
}
