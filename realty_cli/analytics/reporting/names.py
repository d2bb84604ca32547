"""What values of the vocabularies are called in a report."""

from __future__ import annotations

from realty_cli.kit.i18n import Translator
from realty_cli.kit.i18n import mark as _

_TYPES = {
    "apartment": _("Flats"), "house": _("Houses"), "room": _("Rooms to live in"), "land": _("Land"),
    "commercial": _("Commercial"), "garage": _("Garages"), "parking": _("Parking spaces"), "other": _("Other"),
}  # fmt: skip
_ONE = {
    "apartment": _("apartment"), "house": _("house"), "room": _("room"), "land": _("land"),
    "commercial": _("commercial"), "garage": _("garage"), "parking": _("parking"), "other": _("other"),
}  # fmt: skip
_DEALS = {"sale": _("Sale"), "rent": _("Rent"), "daily_rent": _("Daily rent")}
_STATUSES = {
    "draft": _("Drafts"), "active": _("On the market"), "reserved": _("Reserved"), "sold": _("Sold"),
    "rented": _("Let"), "withdrawn": _("Withdrawn"),
}  # fmt: skip
_EVENTS = {
    "showing": _("Showings"), "meeting": _("Meetings"), "call": _("Calls"), "inspection": _("Inspections"),
    "photo_session": _("Photo sessions"), "open_house": _("Open houses"), "deal": _("Deals"), "task": _("Tasks"),
    "other": _("Other"),
}  # fmt: skip
_EVENT_STATUSES = {
    "scheduled": _("Planned"), "confirmed": _("Confirmed"), "in_progress": _("Under way"),
    "completed": _("Took place"), "cancelled": _("Cancelled"), "no_show": _("No-show"),
}  # fmt: skip
_STAGES = {
    "lead": _("Enquiry"), "showing": _("Showing"), "offer": _("Offer"), "reserved": _("With a deposit"),
    "contract": _("Contract"), "closed": _("Closed"), "lost": _("Lost"),
}  # fmt: skip
_EXPENSES = {
    "advertising": _("Advertising"), "portals": _("Portals"), "photos": _("Photos"), "travel": _("Travel"),
    "documents": _("Documents"), "office": _("Office"), "software": _("Software"), "salaries": _("Salaries"),
    "taxes": _("Taxes"), "other": _("Other"),
}  # fmt: skip
#: Portals by the names that leads have them under; any other source is called what it was called.
_SOURCES = {
    "avito": _("Avito"), "cian": _("Cian"), "domclick": _("Domclick"), "yandex": _("Yandex Realty"),
    "youla": _("Youla"), "etagi": _("Etagi"),
}  # fmt: skip
_KINDS = {
    "type": _TYPES, "one": _ONE, "deal": _DEALS, "status": _STATUSES, "event": _EVENTS, "event_status": _EVENT_STATUSES,
    "stage": _STAGES, "expense": _EXPENSES, "source": _SOURCES,
    "any": {},
}  # fmt: skip
_NONE = _("not filled in")
WEEKDAYS = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))


def name_of(kind: str, value: object, say: Translator) -> str:
    """The name of a value; one that is in no vocabulary of ours is its own."""
    if value is None or value == "":
        return say.text(_NONE)
    known = _KINDS[kind].get(str(value))
    return str(value) if known is None else say.text(known)
