"""The closed vocabularies of a deal. Light on purpose: command modules import it at start-up."""

from __future__ import annotations

from enum import StrEnum


class DealKind(StrEnum):
    SALE = "sale"
    RENT = "rent"


class Side(StrEnum):
    """Whom we work for."""

    SELLER = "seller"
    BUYER = "buyer"
    BOTH = "both"
    LANDLORD = "landlord"
    TENANT = "tenant"


class Stage(StrEnum):
    LEAD = "lead"
    SHOWING = "showing"
    OFFER = "offer"
    RESERVED = "reserved"
    CONTRACT = "contract"
    CLOSED = "closed"
    LOST = "lost"


class LeadsOfLost(StrEnum):
    """What becomes of the clients' open leads when a deal is lost: most look on."""

    KEEP = "keep"
    LOST = "lost"


class DepositKind(StrEnum):
    """Аванс, задаток (Civil Code, article 380), обеспечительный платёж (article 381.1)."""

    ADVANCE = "advance"
    EARNEST = "earnest"
    SECURITY = "security"


class MortgageStatus(StrEnum):
    NONE = "none"
    APPLIED = "applied"
    APPROVED = "approved"
    REFUSED = "refused"


class ContractKind(StrEnum):
    """ДКП, ДДУ (214-ФЗ), переуступка, предварительный договор, мена, дарение, наём or аренда."""

    DKP = "dkp"
    DDU = "ddu"
    ASSIGNMENT = "assignment"
    PRELIMINARY = "preliminary"
    EXCHANGE = "exchange"
    GIFT = "gift"
    LEASE = "lease"
    OTHER = "other"


class PartyRole(StrEnum):
    SELLER = "seller"
    BUYER = "buyer"
    LANDLORD = "landlord"
    TENANT = "tenant"
    REPRESENTATIVE = "representative"
    OTHER = "other"


class OfferStatus(StrEnum):
    MADE = "made"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


#: Moves that a deal may make. Stages may be skipped: not every buyer makes an offer before he pays a deposit. A closed
#: deal may still fall through (registration is refused), and a lost one may come back.
STAGE_MOVES: dict[Stage, frozenset[Stage]] = {
    Stage.LEAD: frozenset(Stage) - {Stage.LEAD},
    Stage.SHOWING: frozenset(Stage) - {Stage.SHOWING},
    Stage.OFFER: frozenset(Stage) - {Stage.OFFER},
    Stage.RESERVED: frozenset({Stage.SHOWING, Stage.OFFER, Stage.CONTRACT, Stage.CLOSED, Stage.LOST}),
    Stage.CONTRACT: frozenset({Stage.OFFER, Stage.RESERVED, Stage.CLOSED, Stage.LOST}),
    Stage.CLOSED: frozenset({Stage.LOST}),
    Stage.LOST: frozenset({Stage.LEAD, Stage.SHOWING, Stage.OFFER}),
}
#: Stages in which a deal has its listing for itself alone; the index `ix_deals_holding` says the same.
HOLDING: frozenset[Stage] = frozenset({Stage.RESERVED, Stage.CONTRACT})
#: Stages in which nothing more is to be done.
ENDED: frozenset[Stage] = frozenset({Stage.CLOSED, Stage.LOST})
#: Stages in which a deal may begin.
BEGINNINGS: tuple[Stage, ...] = (Stage.LEAD, Stage.SHOWING, Stage.OFFER)

#: Which sides a deal of a kind has.
SIDES: dict[DealKind, frozenset[Side]] = {
    DealKind.SALE: frozenset({Side.SELLER, Side.BUYER, Side.BOTH}),
    DealKind.RENT: frozenset({Side.LANDLORD, Side.TENANT, Side.BOTH}),
}
#: Moves that an offer may make: what is decided may be decided anew, what the buyer took back is gone.
OFFER_MOVES: dict[OfferStatus, frozenset[OfferStatus]] = {
    OfferStatus.MADE: frozenset({OfferStatus.ACCEPTED, OfferStatus.REJECTED, OfferStatus.WITHDRAWN}),
    OfferStatus.ACCEPTED: frozenset({OfferStatus.REJECTED, OfferStatus.WITHDRAWN}),
    OfferStatus.REJECTED: frozenset({OfferStatus.ACCEPTED, OfferStatus.WITHDRAWN}),
    OfferStatus.WITHDRAWN: frozenset(),
}

#: The most clients in a deal, and deals that one waits for.
MAX_PARTIES, MAX_LINKS = 50, 50
