"""The closed vocabularies of the money of deals. Light on purpose: command modules import it at start-up."""

from __future__ import annotations

from enum import StrEnum


class Payer(StrEnum):
    """Who owes a line of commission."""

    SELLER = "seller"
    BUYER = "buyer"
    LANDLORD = "landlord"
    TENANT = "tenant"
    DEVELOPER = "developer"
    PARTNER = "partner"
    OTHER = "other"


class ShareRole(StrEnum):
    """Who gets a part of a line. What nobody gets stays with the agency."""

    AGENT = "agent"
    CO_BROKER = "co_broker"
    REFERRAL = "referral"
    OTHER = "other"


class PaymentPurpose(StrEnum):
    DEPOSIT = "deposit"
    PRICE = "price"
    RENT = "rent"
    COMMISSION = "commission"
    OTHER = "other"


class PaymentDirection(StrEnum):
    """`in` is money that came for the deal, `out` money that went back."""

    IN = "in"
    OUT = "out"


class PaymentMethod(StrEnum):
    CASH = "cash"
    TRANSFER = "transfer"
    CARD = "card"
    ESCROW = "escrow"
    LETTER_OF_CREDIT = "letter_of_credit"
    SAFE_BOX = "safe_box"
    OTHER = "other"


class ExpenseCategory(StrEnum):
    ADVERTISING = "advertising"
    PORTALS = "portals"
    PHOTOS = "photos"
    TRAVEL = "travel"
    DOCUMENTS = "documents"
    OFFICE = "office"
    SOFTWARE = "software"
    SALARIES = "salaries"
    TAXES = "taxes"
    OTHER = "other"


class TargetScope(StrEnum):
    """Whose target it is: the owner's own, or the whole agency's."""

    AGENT = "agent"
    AGENCY = "agency"


class TargetMetric(StrEnum):
    """What a target counts. `gci` is the commission before anybody's part is taken off it."""

    GCI = "gci"
    AGENT_INCOME = "agent_income"
    NET_TO_AGENCY = "net_to_agency"
    SALES_VOLUME = "sales_volume"
    DEALS = "deals"
    SIDES = "sides"
    NEW_LISTINGS = "new_listings"
    NEW_LEADS = "new_leads"
    SHOWINGS = "showings"
    CALLS = "calls"


#: Metrics that are amounts of money; the others are counts.
AMOUNTS: frozenset[TargetMetric] = frozenset(
    {TargetMetric.GCI, TargetMetric.AGENT_INCOME, TargetMetric.NET_TO_AGENCY, TargetMetric.SALES_VOLUME}
)
#: The most parts of one line of commission.
MAX_SHARES = 20
