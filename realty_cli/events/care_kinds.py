"""Vocabularies of what is said of a showing. They import nothing of ours, so commands may."""

from __future__ import annotations

from enum import StrEnum


class PriceOpinion(StrEnum):
    """What somebody who saw a listing thought of its price."""

    HIGH = "high"
    OK = "ok"
    LOW = "low"


class FeedbackSource(StrEnum):
    """Whether a person typed it, or a program made it of a note and nobody has looked at it."""

    TYPED = "typed"
    SUGGESTED = "suggested"
