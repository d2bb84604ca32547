"""Metrics of events. An event is due when its end lies in the period and behind us; all rates are of those."""

from __future__ import annotations

from realty_cli.analytics.catalogue.metric import Metric
from realty_cli.analytics.kinds import GoodWhen, MetricUnit
from realty_cli.kit.i18n import mark as _

_COUNT, _RATIO, _HOURS, _SCORE = MetricUnit.COUNT, MetricUnit.RATIO, MetricUnit.HOURS, MetricUnit.SCORE
_UP, _DOWN, _BAND, _NEUTRAL = GoodWhen.UP, GoodWhen.DOWN, GoodWhen.BAND, GoodWhen.NEUTRAL

METRICS: tuple[Metric, ...] = (
    Metric("events.total", _("Events"), _COUNT, _NEUTRAL,
           _("Events that end in the period, those to come among them; one that was put off counts where it went to")),
    Metric("events.due", _("Events that are over"), _COUNT, _NEUTRAL,
           _("Events whose end lies in the period, and past")),
    Metric("events.scheduled", _("Still scheduled"), _COUNT, _NEUTRAL,
           _("Events of the period that are scheduled or confirmed, past ones without an outcome among them")),
    Metric("events.completed", _("Events that took place"), _COUNT, _UP, _("Events of the period that took place")),
    Metric("events.cancelled", _("Events called off"), _COUNT, _DOWN, _("Events of the period that were called off")),
    Metric("events.no_show", _("No-shows"), _COUNT, _DOWN, _("Events of the period to which nobody came")),
    Metric("events.rescheduled", _("Put off"), _COUNT, _NEUTRAL,
           _("Events of the period that were moved to another time")),
    Metric("events.stale_open", _("Without an outcome"), _COUNT, _DOWN,
           _("Events of the period that are over, and nobody has said what came of them")),
    Metric("events.showings", _("Showings"), _COUNT, _UP, _("Showings and open houses of the period that took place")),
    Metric("events.calls", _("Calls"), _COUNT, _UP, _("Calls of the period that took place")),
    Metric("events.completion_rate", _("Completion"), _RATIO, _UP,
           _("Took place, over took place, called off and nobody came")),
    Metric("events.no_show_rate", _("No-show rate"), _RATIO, _DOWN,
           _("No-shows over events that took place and no-shows; what was called off is left out")),
    Metric("events.cancellation_rate", _("Called off, share"), _RATIO, _DOWN,
           _("Called off, over events that are over")),
    Metric("events.cancelled_by_agent", _("Called off by the agent"), _RATIO, _DOWN,
           _("Called off by the agent, over events that are over")),
    Metric("events.cancelled_by_client", _("Called off by the client"), _RATIO, _DOWN,
           _("Called off by the client, over events that are over")),
    Metric("events.cancelled_by_owner", _("Called off by the owner"), _RATIO, _DOWN,
           _("Called off by the owner of the listing, over events that are over")),
    Metric("events.late_cancel_rate", _("Called off late"), _RATIO, _DOWN,
           _("Called off less than two hours before the beginning, over events that are over; what a file brought is"
             " left out")),
    Metric("events.confirmation_rate", _("Confirmed"), _RATIO, _UP,
           _("Confirmed at least once, over events that are over; what a file brought is left out")),
    Metric("events.reschedule_mean", _("Times put off"), _SCORE, _DOWN,
           _("How often an event was put off before its last time, mean")),
    Metric("events.showings_per_sale", _("Showings per sale, mean"), _SCORE, _DOWN,
           _("Completed showings of the listings sold or let in the period, in all their life, mean")),
    Metric("events.showings_per_sale_median", _("Showings per sale, median"), _SCORE, _DOWN,
           _("Completed showings of the listings sold or let in the period, in all their life, median")),
    Metric("events.showing_to_offer", _("From showing to offer"), _RATIO, _UP,
           _("Clients who made an offer within 30 days after their first completed showing, over clients whose first"
             " showing lies in the period and at least 30 days back")),
    Metric("events.busy_hours", _("Busy hours"), _HOURS, _NEUTRAL,
           _("Hours taken by events that do not free their time, those that overlap once")),
    Metric("events.utilisation", _("Working time taken"), _RATIO, _BAND,
           _("Busy hours of the elapsed period, over the working hours that settings give")),
    Metric("events.conflicts", _("Overlaps"), _COUNT, _DOWN,
           _("Pairs of one agent's events that lie over one another")),
    Metric("events.conflict_hours", _("Hours booked twice"), _HOURS, _DOWN,
           _("Hours of busy events less the hours that they cover: what somebody was to be at two places at once")),
    Metric("events.average_duration", _("Length of an event"), _HOURS, _NEUTRAL,
           _("Mean planned length of events that are over")),
    Metric("events.actual_duration", _("Real length of an event"), _HOURS, _NEUTRAL,
           _("Mean length from real beginning to real end, of events that took place and have both")),
    Metric("events.travel_misses", _("Too little time for the way"), _COUNT, _DOWN,
           _("Events in a row at different places with less time between them than the way takes; with coordinates")),
    Metric("events.feedback_rate", _("Showings with feedback"), _RATIO, _UP,
           _("Completed showings of which somebody said something, over completed showings")),
    Metric("events.rating_mean", _("Rating, mean"), _SCORE, _UP,
           _("Mean rating from 1 to 5 after showings of the period")),
)  # fmt: skip
