"""One transaction of one actor, with a service for each slice: what the composition root (`app`) hands out.

A service is imported and made when it is first asked for, so that a command pays for what it uses.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from realty_cli.kit.actor import Actor
from realty_cli.kit.clock import Clock, stamp
from realty_cli.kit.lazy import lazy
from realty_cli.settings import Settings
from realty_cli.store.changelog import ChangeLog, Origin
from realty_cli.store.database import Connection

#: Between two transactions of one long work, in seconds.
_PAUSE = 0.01

if TYPE_CHECKING:
    from realty_cli.analytics.service import Analytics
    from realty_cli.auth.account import AccountService
    from realty_cli.auth.api_keys import ApiKeyService
    from realty_cli.auth.users import UserService
    from realty_cli.clients.doubles import ClientDoubles
    from realty_cli.clients.erasing import PersonalService
    from realty_cli.clients.importer import ClientImporter
    from realty_cli.clients.intake import Intake
    from realty_cli.clients.merging import Merger
    from realty_cli.clients.request_importer import RequestImporter
    from realty_cli.clients.requests import RequestService
    from realty_cli.clients.service import ClientService
    from realty_cli.deals.importer import DealImporter
    from realty_cli.deals.service import DealService
    from realty_cli.desk.log import LogService
    from realty_cli.desk.search import Finder, SearchService
    from realty_cli.desk.today import TodayService
    from realty_cli.desk.undo import UndoService
    from realty_cli.events.feedback import Feedback
    from realty_cli.events.feeds import FeedService
    from realty_cli.events.figures import EventStatistics
    from realty_cli.events.importing import EventImporter
    from realty_cli.events.people import EventPeople
    from realty_cli.events.planning import PlanningService
    from realty_cli.events.reminding import ReminderService
    from realty_cli.events.service import EventService
    from realty_cli.events.settings import CalendarSettingsService
    from realty_cli.events.sync.integrations import IntegrationService
    from realty_cli.events.templates import Templates
    from realty_cli.kit.importing import Prepared
    from realty_cli.properties.describing import DescriptionService
    from realty_cli.properties.doubles import DuplicateService
    from realty_cli.properties.importer import Importer
    from realty_cli.properties.photos import PhotoService
    from realty_cli.properties.service import PropertyService
    from realty_cli.properties.valuing import ValuingService


def _is_client(db: Connection, actor: Actor, number: int) -> bool:
    from realty_cli.clients.reads import is_mine

    return is_mine(db, actor, number)


class Work:
    """One transaction: an actor, a connection, and a service for each slice. The edge that opened it commits."""

    def __init__(self, db: Connection, actor: Actor, clock: Clock, settings: Settings, origin: Origin) -> None:
        self.db = db
        self.actor = actor
        self.clock = clock
        self.settings = settings
        self.log = ChangeLog(db, actor, clock, origin)

    @lazy
    def account(self) -> AccountService:
        """The actor's own account."""
        from realty_cli.auth.account import AccountService
        from realty_cli.properties.figures import of_owner

        def lives_elsewhere(owner: int) -> None:
            from realty_cli.events.moving import moved

            moved(self.events.rows, owner)

        return AccountService(self.db, self.actor, self.clock, self.settings, self.log, of_owner, lives_elsewhere)

    @lazy
    def api_keys(self) -> ApiKeyService:
        """The actor's keys for programs."""
        from realty_cli.auth.api_keys import ApiKeyService

        return ApiKeyService(self.db, self.actor, self.clock)

    @lazy
    def users(self) -> UserService:
        """All accounts, for administrators."""
        from realty_cli.auth.users import UserService

        return UserService(self.db, self.actor, self.clock, self.settings, self.log)

    @lazy
    def properties(self) -> PropertyService:
        from realty_cli.properties.service import PropertyService

        return PropertyService(self.db, self.actor, self.clock, self.settings, self.log, _is_client)

    @lazy
    def photos(self) -> PhotoService:
        from realty_cli.properties.photos import PhotoService

        return PhotoService(self.db, self.actor, self.clock, self.settings, self.log)

    @lazy
    def descriptions(self) -> DescriptionService:
        from realty_cli.properties.describing import DescriptionService

        return DescriptionService(self.properties)

    @lazy
    def duplicates(self) -> DuplicateService:
        from realty_cli.properties.doubles import DuplicateService

        return DuplicateService(self.properties)

    @lazy
    def valuing(self) -> ValuingService:
        """What listings are worth by others like them."""
        from realty_cli.properties.valuing import ValuingService

        return ValuingService(self.properties)

    def importer(self, on_rejected: Callable[[Prepared], None] | None = None) -> Importer:
        """What writes the rows of a file of listings."""
        from realty_cli.properties.importer import Importer

        return Importer(
            self.db,
            self.actor,
            self.settings,
            self.properties.repository,
            self.log,
            stamp(self.clock.now()),
            on_rejected=on_rejected,
        )

    @lazy
    def clients(self) -> ClientService:
        from realty_cli.clients.service import ClientService

        return ClientService(self.db, self.actor, self.clock, self.settings, self.log)

    @lazy
    def requests(self) -> RequestService:
        """What clients look for, and what matches it."""
        from realty_cli.clients.requests import RequestService

        return RequestService(self.clients)

    @lazy
    def intake(self) -> Intake:
        """Where enquiries come in."""
        from realty_cli.clients.intake import Intake

        return Intake(self.clients)

    def client_importer(self, on_rejected: Callable[[Prepared], None] | None = None) -> ClientImporter:
        """What writes the rows of a file of clients."""
        from realty_cli.clients.importer import ClientImporter

        return ClientImporter(self.clients, on_rejected)

    def request_importer(self, on_rejected: Callable[[Prepared], None] | None = None) -> RequestImporter:
        """What writes the rows of a file of buyer requests, and the clients whom they name."""
        from realty_cli.clients.request_importer import RequestImporter

        return RequestImporter(self.requests, self.client_importer(), on_rejected)

    @lazy
    def client_doubles(self) -> ClientDoubles:
        from realty_cli.clients.doubles import ClientDoubles

        return ClientDoubles(self.clients)

    @lazy
    def merger(self) -> Merger:
        """What makes one client of several."""
        from realty_cli.clients.merging import Holder, Merger
        from realty_cli.properties.people import ListingPeople

        holders: dict[str, Holder] = {
            "property": ListingPeople(self.properties),
            "deal": self.deals.people,
            "event": self.event_people,
        }
        return Merger(self.clients, holders)

    @lazy
    def personal(self) -> PersonalService:
        """What is held about a person, and forgetting it."""
        from realty_cli.clients.erasing import PersonalService
        from realty_cli.deals.people import TEXTS
        from realty_cli.events.people import TEXTS as EVENT_TEXTS
        from realty_cli.properties.people import ListingPeople

        holders = (self.deals.people, self.event_people)
        return PersonalService(self.clients, ListingPeople(self.properties), holders, {**TEXTS, **EVENT_TEXTS})

    @lazy
    def event_people(self) -> EventPeople:
        """What the calendar holds of clients."""
        from realty_cli.events.care_record import FEEDBACK
        from realty_cli.events.people import EventPeople
        from realty_cli.events.repository import EventRows
        from realty_cli.store.rows import Rows

        said = Rows(self.db, self.log, self.clock, FEEDBACK)
        return EventPeople(self.db, [EventRows(self.db, self.log, self.clock), said])

    @lazy
    def deals(self) -> DealService:
        from realty_cli.deals.service import DealService

        return DealService(self.db, self.actor, self.clock, self.settings, self.log, self.properties.repository)

    def deal_importer(self, on_rejected: Callable[[Prepared], None] | None = None) -> DealImporter:
        """What writes the rows of a file of deals, and the people in them."""
        from realty_cli.deals.importer import DealImporter

        return DealImporter(self.deals, self.client_importer(), on_rejected)

    @lazy
    def feeds(self) -> FeedService:
        """Secret addresses at which others read the actor's calendar."""
        from realty_cli.events.feeds import FeedService

        return FeedService(self.db, self.actor, self.clock, self.log)

    @lazy
    def integrations(self) -> IntegrationService:
        """The actor's calendars elsewhere."""
        from realty_cli.events.sync.integrations import IntegrationService

        return IntegrationService(self.db, self.actor, self.clock, self.log)

    def event_importer(self, on_rejected: Callable[[Prepared], None] | None = None) -> EventImporter:
        """What writes the events of a file."""
        from realty_cli.events.importing import EventImporter

        return EventImporter(self.db, self.actor, self.clock, self.log, on_rejected)

    @lazy
    def event_templates(self) -> Templates:
        """What events begin with."""
        from realty_cli.events.templates import Templates

        return Templates(self.events)

    @lazy
    def feedback(self) -> Feedback:
        """What people said of what they were shown."""
        from realty_cli.events.feedback import Feedback

        return Feedback(self.events, self.clients, self.requests)

    @lazy
    def event_statistics(self) -> EventStatistics:
        from realty_cli.events.figures import EventStatistics

        return EventStatistics(self.db, self.actor, self.clock)

    @lazy
    def reminders(self) -> ReminderService:
        """What the actor was reminded of."""
        from realty_cli.events.reminding import ReminderService

        return ReminderService(self.db, self.actor, self.clock)

    @lazy
    def planning(self) -> PlanningService:
        """Questions about time: conflicts, suggestions, the plan of a day."""
        from realty_cli.events.planning import PlanningService

        return PlanningService(self.db, self.actor, self.clock)

    @lazy
    def calendar_settings(self) -> CalendarSettingsService:
        """How the actor plans and is told."""
        from realty_cli.events.settings import CalendarSettingsService

        return CalendarSettingsService(self.db, self.actor, self.clock, self.log)

    @lazy
    def events(self) -> EventService:
        from realty_cli.events.service import EventService

        service = EventService(self.db, self.actor, self.clock, self.settings, self.log)
        service.took_place = lambda event: self.feedback.took_place(event)
        return service

    @lazy
    def history(self) -> LogService:
        from realty_cli.analytics.alert_record import THRESHOLD
        from realty_cli.analytics.channel_record import DAY
        from realty_cli.analytics.report_record import SCHEDULE
        from realty_cli.clients.consents import CONSENT
        from realty_cli.clients.record import CLIENT, INTERACTION, LEAD
        from realty_cli.clients.request_record import MARK, REQUEST
        from realty_cli.deals.money_record import EXPENSE, PAYMENT, TARGET, commission_presented
        from realty_cli.deals.record import DEAL, OFFER
        from realty_cli.desk.log import LogService, Presenter
        from realty_cli.events.care_record import FEEDBACK, TEMPLATE
        from realty_cli.events.record import EVENT
        from realty_cli.events.settings import SETTINGS
        from realty_cli.properties import photo_rows, reads, recommending, record
        from realty_cli.properties.outside_record import OUTSIDE
        from realty_cli.store.rows import Rows

        def listings(numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
            return {number: record.compact(state) for number, state in reads.states(self.db, numbers).items()}

        kinds: dict[str, Presenter] = {"property": record.presented, "photo": photo_rows.presented, "account": dict}
        kinds |= {one.kind: one.presented for one in (CLIENT, LEAD, INTERACTION, CONSENT, REQUEST, MARK)}
        kinds |= {"deal": DEAL.presented, "offer": OFFER.presented, "commission": commission_presented, "feed": dict}
        kinds |= {one.kind: one.presented for one in (PAYMENT, EXPENSE, TARGET, EVENT, TEMPLATE, FEEDBACK, SETTINGS)}
        kinds |= {one.kind: one.presented for one in (THRESHOLD, SCHEDULE, DAY, OUTSIDE)}
        kinds[recommending.KIND] = recommending.presented
        days = Rows(self.db, self.log, self.clock, DAY).states
        return LogService(self.db, self.actor, kinds, {"property": listings, DAY.kind: days})

    @lazy
    def search(self) -> SearchService:
        """Everything that words find."""
        from realty_cli.desk.search import SearchService
        from realty_cli.events.finding import find
        from realty_cli.kit.plain_filter import PlainFilter

        def by_words(service: Any) -> Finder:
            return lambda words, limit: service.page(PlainFilter({"q": words}), limit=limit)

        return SearchService({
            "properties": by_words(self.properties),
            "clients": by_words(self.clients),
            "deals": by_words(self.deals),
            "events": lambda words, limit: find(self.db, self.actor, words, limit),
        })  # fmt: skip

    @lazy
    def analytics(self) -> Analytics:
        """Metrics, trends, forecasts, alerts, reports."""
        from realty_cli.analytics.service import Analytics

        return Analytics(self.db, self.actor, self.clock, self.settings, self.log)

    @lazy
    def today(self) -> TodayService:
        """What is due, of every slice."""
        from realty_cli.clients import agenda as clients
        from realty_cli.deals import agenda as deals
        from realty_cli.desk.today import TodayService
        from realty_cli.events import agenda as events
        from realty_cli.properties import agenda as listings

        providers = (
            events.events, events.outcomes,
            partial(clients.leads, hours=self.settings.answer_hours),
            deals.deposits, deals.commissions, deals.mortgages, deals.reservations, deals.closings,
            listings.exclusives, clients.consents,
        )  # fmt: skip
        bound = [partial(partial, provider, self.db) for provider in providers]
        return TodayService(self.actor, self.clock.now(), bound)

    @lazy
    def undo(self) -> UndoService:
        from realty_cli.analytics.channel_record import DAY
        from realty_cli.auth.undoing import UndoAccounts
        from realty_cli.clients.undoing import (
            CLIENT_NAMED_BY,
            LEAD_NAMED_BY,
            LISTING_NAMED_BY,
            REQUEST_NAMED_BY,
            UndoNamed,
        )
        from realty_cli.deals.undoing import NAMING_CLIENTS, NAMING_LISTINGS, StandsUnder, UndoCommissions, UndoDeals
        from realty_cli.desk.undo import Undoable, UndoService
        from realty_cli.events import undoing as events
        from realty_cli.events.repository import EventRows
        from realty_cli.properties.outside_record import OUTSIDE
        from realty_cli.properties.recommending import KIND, UndoRecommendations
        from realty_cli.properties.undoing import UndoPhotos, UndoProperties
        from realty_cli.store.rows import Rows, UndoRows

        clients = UndoNamed(self.clients.rows, CLIENT_NAMED_BY)
        leads = UndoNamed(self.clients.leads.rows, LEAD_NAMED_BY)
        kinds: dict[str, Undoable] = {
            "client": StandsUnder(self.db, clients, (*NAMING_CLIENTS, *events.NAMING_CLIENTS)),
            "property": StandsUnder(
                self.db,
                UndoProperties(self.db, self.properties.repository),
                (*NAMING_LISTINGS, *LISTING_NAMED_BY, *events.NAMING_LISTINGS, f"{DAY.table}.property_id"),
            ),
            "photo": UndoPhotos(self.properties.photo_rows),
            "account": UndoAccounts(),
            "lead": StandsUnder(self.db, leads, ("deals.lead_id",)),
            "interaction": UndoRows(self.clients.interactions.rows),
            "consent": UndoRows(self.clients.consents.rows),
            "request": UndoNamed(self.requests.rows, REQUEST_NAMED_BY),
            "mark": UndoRows(self.requests.marks),
            "deal": StandsUnder(self.db, UndoDeals(self.deals.rows, self.deals.listings), events.NAMING_DEALS),
            "offer": UndoRows(self.deals.offers.rows),
            "commission": UndoCommissions(self.deals.money.commissions.rows),
            "payment": UndoRows(self.deals.money.payments.rows),
            "expense": UndoRows(self.deals.money.expenses.rows),
            "target": UndoRows(self.deals.money.targets.rows),
            "event": StandsUnder(
                self.db, UndoRows(EventRows(self.db, self.log, self.clock)), ("showing_feedback.event_id",)
            ),
            "template": UndoRows(self.event_templates.rows),
            "feed": events.UndoFeeds(self.feeds),
            "threshold": UndoRows(self.analytics.thresholds.rows),
            "report_schedule": UndoRows(self.analytics.schedules.rows),
            "feedback": UndoRows(self.feedback.rows),
            KIND: UndoRecommendations(self.log),
            "comparable": UndoRows(Rows(self.db, self.log, self.clock, OUTSIDE)),
            DAY.kind: UndoRows(Rows(self.db, self.log, self.clock, DAY)),
            "calendar_settings": UndoRows(self.calendar_settings.rows),
        }
        return UndoService(self.db, self.actor, self.log, kinds)

    def checkpoint(self) -> None:
        """Keep what is done so far and go on in a new transaction, under the same operation."""
        self.db.commit()
        self.let_others_in()
        self.db.begin(write=True)

    def let_others_in(self) -> None:
        """Whoever waits to write tries every few milliseconds; without a pause there would be no moment to come in."""
        time.sleep(_PAUSE)

    def discard(self) -> None:
        """Take back what is done so far and go on in a new transaction: a dry run ends so."""
        self.db.rollback()
        self.db.begin(write=True)
