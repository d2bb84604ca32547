"""What every error and field problem says: code -> English sentence, and the sentence in the caller's language.

A sentence names the remedy. Its placeholders are the params that the error carries. After a change here run
`python tools/catalogue.py update`, translate what it reports, and `python tools/catalogue.py compile`.
"""

from __future__ import annotations

from typing import Any

from realty_cli.kit.i18n import translator

MESSAGES: dict[str, str] = {
    # one for each kind, where nothing more exact is known
    "invalid": "Some of what was sent cannot be accepted. Mend the fields named below and send it again.",
    "required": "This field is required.",
    "not_found": "There is no such object, or it is not yours.",
    "conflict": "The store stands against this change. Read the object again and decide anew.",
    "stale": "Somebody changed this object since you read it. Read it again and repeat your change.",
    "not_signed_in": "Nobody is signed in. Sign in with: realty auth login",
    "denied": "Your account may not do this. Ask an administrator.",
    "too_many": "Too many requests. Wait a little and try again.",
    "busy": "Somebody else is writing to the store. Try again in a moment.",
    "unavailable": "The store or a service cannot answer now. Try again later.",
    "missing_extra": "An optional part of realty is not installed. Install it with: pip install 'realty[{extra}]'",
    # languages
    "language.unknown": "There is no language “{value}” here. Choose one of: {languages}.",
    # money
    "money.not_a_number": "“{value}” is not an amount of money. Write it in figures, like 12500000 or 12500000.50.",
    "money.negative": "An amount of money cannot be below zero: {value}.",
    "money.too_precise": "“{value}” has more than two decimals. Round it to hundredths.",
    "money.too_large": "“{value}” is more than {most}, the largest amount that is kept.",
    "money.currency": "“{value}” is not a currency code. Write three capital letters of ISO 4217, like RUB.",
    # dates and periods
    "moment.unreadable": (
        "“{value}” is not a date or time between the years 1900 and 2200. Write it like one of these: {examples}."
    ),
    "period.unreadable": "“{value}” is not a period. Write it like one of these: {examples}.",
    "period.reversed": "The period ends ({last}) before it begins ({first}). Swap the two dates.",
    # phones
    "phone.unreadable": "“{value}” is not a phone number. Write it with its code, like +7 916 123-45-67.",
}


def message(code: str, language: str, /, **params: Any) -> str:
    """The sentence of `code` in `language`, its placeholders filled; an unknown code is shown as it is."""
    sentence = MESSAGES.get(code)
    return code if sentence is None else translator(language).text(sentence, **params)
