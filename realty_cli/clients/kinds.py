"""The closed vocabularies of clients, leads and interactions. Light on purpose: commands import it at start-up."""

from __future__ import annotations

from enum import StrEnum


class ClientKind(StrEnum):
    PERSON = "person"
    COMPANY = "company"


class ClientRole(StrEnum):
    BUYER = "buyer"
    SELLER = "seller"
    TENANT = "tenant"
    LANDLORD = "landlord"
    PARTNER = "partner"


class ClientStage(StrEnum):
    LEAD = "lead"
    CONTACTED = "contacted"
    ACTIVE = "active"
    WON = "won"
    LOST = "lost"


class Temperature(StrEnum):
    COLD = "cold"
    WARM = "warm"
    HOT = "hot"


class Purpose(StrEnum):
    """What personal data may be used for, where the person agrees."""

    PROCESSING = "processing"
    MARKETING = "marketing"
    SHARING = "sharing"
    OTHER = "other"


class LeadSide(StrEnum):
    """What the client wants to do."""

    BUYER = "buyer"
    SELLER = "seller"
    TENANT = "tenant"
    LANDLORD = "landlord"


class LeadStage(StrEnum):
    NEW = "new"
    CONTACTED = "contacted"
    QUALIFIED = "qualified"
    SHOWING = "showing"
    NEGOTIATION = "negotiation"
    WON = "won"
    LOST = "lost"


class Channel(StrEnum):
    CALL = "call"
    MESSAGE = "message"
    EMAIL = "email"
    MEETING = "meeting"
    NOTE = "note"
    OTHER = "other"


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


class Outcome(StrEnum):
    """Whether both spoke, or one only tried."""

    ATTEMPT = "attempt"
    TWO_WAY = "two_way"


#: Stages in which nothing more is to be done for a lead.
ENDED: frozenset[LeadStage] = frozenset({LeadStage.WON, LeadStage.LOST})
OPEN: tuple[LeadStage, ...] = tuple(stage for stage in LeadStage if stage not in ENDED)
#: Moves that a lead may make: between open stages at will, to an end from anywhere, and from an end back to work.
LEAD_MOVES: dict[LeadStage, frozenset[LeadStage]] = {
    stage: frozenset(OPEN) - {stage} if stage in ENDED else frozenset(LeadStage) - {stage} for stage in LeadStage
}

#: What an interaction came to where nobody says: who met or called back has spoken, who wrote has only tried.
USUAL_OUTCOME: dict[Channel, Outcome] = {
    Channel.CALL: Outcome.TWO_WAY,
    Channel.MEETING: Outcome.TWO_WAY,
    Channel.MESSAGE: Outcome.ATTEMPT,
    Channel.EMAIL: Outcome.ATTEMPT,
    Channel.NOTE: Outcome.ATTEMPT,
    Channel.OTHER: Outcome.ATTEMPT,
}

#: The most phones, and the most e-mail addresses, that one client may have.
MAX_CONTACTS = 20
#: The longest name, in characters.
MAX_NAME = 300
