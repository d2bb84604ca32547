"""One run: pull everything, plan, guard, apply here in one transaction, push with the tags that were read, and store
the place in the list of changes last. A run that breaks off anywhere is simply run again."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from realty_cli.errors import Conflict, NotFound, RealtyError, Unavailable
from realty_cli.events.ics.drafts import Draft
from realty_cli.events.ics.reader import read
from realty_cli.events.ports import CalendarProvider, ChangedThereError, Pull, Resource, TokenGoneError
from realty_cli.events.sync import pushing
from realty_cli.events.sync.canonical import canonical, likeness
from realty_cli.events.sync.merging import Policy
from realty_cli.events.sync.planning import Action, Link, Local, Plan, Remote, guard, plan, told, twins
from realty_cli.events.sync.store import SyncStore, since
from realty_cli.kit.actor import Actor
from realty_cli.kit.clock import Clock, stamp
from realty_cli.store.changelog import ChangeLog
from realty_cli.store.database import Connection

_ROUNDS = 3
_MOST_IN_A_ROW = 3
_MOST_TOLD = 100


class Transaction(Protocol):
    """What `app.Work` is to a run."""

    @property
    def db(self) -> Connection: ...
    @property
    def actor(self) -> Actor: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def log(self) -> ChangeLog: ...


#: Opens a transaction of the owner, to read or to write.
Opener = Callable[[bool], AbstractContextManager[Any]]


@dataclass(frozen=True, slots=True)
class Terms:
    integration: int
    conflict: Policy
    token: str | None
    created_at: str
    days_back: int
    dry_run: bool = False
    allow_mass_delete: bool = False


@dataclass(slots=True)
class _Seen:
    """What came: states for the plan, drafts for new rows."""

    remote: dict[str, Remote] = field(default_factory=dict)
    drafts: dict[str, list[Draft]] = field(default_factory=dict)
    skipped: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """Counts of what a run did (or would do: `plan`)."""

    integration_id: int
    dry_run: bool
    taken: int = 0
    pushed: int = 0
    deleted_here: int = 0
    deleted_there: int = 0
    linked: int = 0
    conflicts: int = 0
    skipped: list[dict[str, Any]] = field(default_factory=list)
    failed: list[dict[str, Any]] = field(default_factory=list)
    plan: list[dict[str, Any]] = field(default_factory=list)

    def body(self) -> dict[str, Any]:
        return {
            "integration_id": self.integration_id, "dry_run": self.dry_run, "taken": self.taken, "pushed": self.pushed,
            "deleted_here": self.deleted_here, "deleted_there": self.deleted_there, "linked": self.linked,
            "conflicts": self.conflicts, "skipped": self.skipped[:_MOST_TOLD], "failed": self.failed[:_MOST_TOLD],
            "plan": self.plan,
        }  # fmt: skip


class Run:
    """One integration, once."""

    def __init__(self, opened: Opener, provider: CalendarProvider, terms: Terms) -> None:
        self._opened, self._provider, self._terms = opened, provider, terms
        self._report = Report(terms.integration, terms.dry_run)
        self._asked = False

    def run(self) -> dict[str, Any]:
        """Raises Unavailable, Denied, NotFound of the calendar, and Conflict of the guards: nothing is changed then."""
        with self._opened(False) as work:
            links = self._store(work).links()
        pulled = self._pull(links)
        seen = self._read(pulled.changed, links)
        self._note_gone(pulled, links, seen)
        emptied = pulled.complete and not pulled.hrefs and bool(links)
        pending = self._settle(seen, emptied, None)
        for _ in range(_ROUNDS):
            if self._terms.dry_run or not pending:
                break
            again = self._push(pending)
            if not again:
                pending = []
                break
            pending = self._settle(self._anew(again), False, [one.uid for one in again])
        for action in pending if not self._terms.dry_run else ():
            self._fail(action, Conflict("sync.changed_there"))
        if not self._terms.dry_run:
            with self._opened(True) as work:
                # An open question is asked again next time, with what stands there then.
                keep = self._terms.token if self._asked else pulled.token
                work.db.run(
                    "UPDATE calendar_integrations SET token = :token, last_synced_at = :now, last_error = NULL"
                    " WHERE id = :id",
                    {"token": keep, "now": stamp(work.clock.now()), "id": self._terms.integration},
                )
        return self._report.body()

    def _store(self, work: Transaction) -> SyncStore:
        return SyncStore(work.db, work.actor, work.clock, work.log, self._terms.integration)

    # Reading ----------------------------------------------------------------------------------------------------------

    def _pull(self, links: Mapping[str, Link]) -> Pull:
        known = {link.href: link.etag for link in links.values()}
        try:
            return self._provider.pull(self._terms.token, known)
        except TokenGoneError:
            return self._provider.pull(None, known)

    def _read(self, resources: Iterable[Resource], links: Mapping[str, Link]) -> _Seen:
        with self._opened(False) as work:
            zone = work.actor.timezone
            mail = work.db.value("SELECT email FROM accounts WHERE id = :id", {"id": work.actor.id})
        me = [mail] if mail else []
        seen = _Seen()
        for one in resources:
            try:
                reading = read(one.data, zone, me=me)
            except RealtyError as error:
                seen.skipped.append({"href": one.href, "code": error.code})
                continue
            uids = {draft.uid for draft in reading.drafts}
            if reading.refused or len(uids) != 1 or any(draft.uid_made for draft in reading.drafts):
                # Half of an event is none: what could not be read would look deleted.
                codes = [problem.code for refused in reading.refused for problem in refused.problems]
                seen.skipped.append({"href": one.href, "code": codes[0] if codes else "sync.unreadable"})
                continue
            uid = uids.pop()
            link = links.get(uid)
            if uid in seen.remote and (link is None or link.href != one.href):
                seen.skipped.append({"href": one.href, "code": "sync.twin"})
                continue
            changed = max((draft.modified or "" for draft in reading.drafts), default="")
            state = canonical(draft.values for draft in reading.drafts)
            foreign = any(_invited(draft, me) for draft in reading.drafts)
            seen.remote[uid] = Remote(one.href, one.etag, state, changed, foreign)
            seen.drafts[uid] = reading.drafts
        self._report.skipped += seen.skipped
        return seen

    def _note_gone(self, pulled: Pull, links: Mapping[str, Link], seen: _Seen) -> None:
        gone = set(pulled.gone)
        unread = {one["href"] for one in seen.skipped}
        for uid, link in links.items():
            missing = link.href in gone or (pulled.complete and link.href not in pulled.hrefs)
            if missing and link.href not in unread and uid not in seen.remote:
                seen.remote[uid] = Remote(link.href, None, None)

    def _anew(self, actions: Iterable[Action]) -> _Seen:
        """What stands there now of events whose writing was refused."""
        wanted = {action.href: action.uid for action in actions if action.href is not None}
        with self._opened(False) as work:
            links = self._store(work).links()
        found = self._provider.fetch(list(wanted))
        seen = self._read(found, links)
        here = {one.href for one in found}
        for href, uid in wanted.items():
            if href not in here:
                seen.remote[uid] = Remote(href, None, None)
        return seen

    # Deciding and applying --------------------------------------------------------------------------------------------

    def _settle(self, seen: _Seen, emptied: bool, only: list[str] | None) -> list[Action]:
        """Plan, guard, and change what has to change here; gives what has to change there."""
        with self._opened(not self._terms.dry_run) as work:
            store = self._store(work)
            links = store.links()
            uids = None if only is None else sorted({*only, *seen.remote})
            local = store.local(links, since(self._terms.created_at, self._terms.days_back), uids)
            if uids is not None:
                links = {uid: link for uid, link in links.items() if uid in uids}
            else:
                self._match(store, links, local, seen)
            found = plan(links, local, seen.remote, self._terms.conflict, store.decided())
            if not self._terms.allow_mass_delete and only is None:
                guard(found, emptied=emptied)
            if self._terms.dry_run:
                self._foresee(found)
                return []
            pending = []
            for action in found.actions:
                before = local[action.uid].state if action.uid in local else None
                self._apply(store, action, before, seen, links.get(action.uid))
                if action.there:
                    pending.append(action)
            return pending

    def _match(self, store: SyncStore, links: Mapping[str, Link], local: dict[str, Local], seen: _Seen) -> None:
        """What both have under UIDs of their own is one event, and takes theirs."""
        home = ZoneInfo(store.actor.timezone)
        for ours, theirs in twins(links, local, seen.remote, lambda state: likeness(state, home)).items():
            if self._terms.dry_run or store.rename(ours, theirs):
                local[theirs] = local.pop(ours)

    def _apply(self, store: SyncStore, action: Action, before: Any, seen: _Seen, link: Link | None) -> None:
        uid, report = action.uid, self._report
        if action.kind == "conflict":
            store.clash(uid, [one.kept() for one in action.clashes], "open")
            report.conflicts += 1
            self._asked = True
            return
        if action.clashes:
            if self._terms.conflict == "both":
                ours = [one.recurrence_id for one in action.clashes if one.taken == "remote" and one.local is not None]
                store.copy(uid, ours, f"{uuid.uuid4()}@realty")
            store.clash(uid, [one.kept() for one in action.clashes], "settled")
            report.conflicts += 1
        store.close(uid)
        if action.kind == "forget":
            store.forget(uid)
        elif action.kind == "delete_here":
            store.delete(uid)
            store.forget(uid)
            report.deleted_here += 1
        elif action.state is not None:
            if action.here:
                store.take(uid, before, action.state, seen.drafts.get(uid, ()))
                report.taken += 1
            if not action.there and action.href is not None:
                sequence = max((one.sequence for one in seen.drafts.get(uid, ())), default=link.sequence if link else 0)
                store.agree(uid, action.href, action.etag, action.state, store.revision(uid), sequence)
                report.linked += action.kind == "link"

    def _foresee(self, found: Plan) -> None:
        report = self._report
        report.plan = told(found)
        report.taken = sum(1 for one in found.actions if one.here and one.kind != "delete_here")
        report.pushed = sum(1 for one in found.actions if one.there and one.kind != "delete_there")
        report.deleted_here, report.deleted_there = found.count("delete_here"), found.count("delete_there")
        report.linked, report.conflicts = found.count("link"), sum(1 for one in found.actions if one.clashes)

    # Writing there ----------------------------------------------------------------------------------------------------

    def _push(self, actions: list[Action]) -> list[Action]:
        """Write what has to change there, each by itself; gives those that changed there in between."""
        again: list[Action] = []
        in_a_row = 0
        stop: RealtyError | None = None

        def bears(outcome: pushing.Outcome) -> bool:
            """Whether to go on: not where nobody is let in, nor after some in a row that got no answer."""
            nonlocal in_a_row, stop
            error = outcome.error
            in_a_row = in_a_row + 1 if isinstance(error, Unavailable | NotFound) else 0
            if in_a_row == _MOST_IN_A_ROW or not isinstance(error, ChangedThereError | Unavailable | NotFound | None):
                stop = error
            return stop is None

        for start in range(0, len(actions), pushing.AT_ONCE):
            letters = self._letters(actions[start : start + pushing.AT_ONCE])
            outcomes = list(pushing.sent(self._provider, letters, bears))
            self._note_sent(one for one in outcomes if one.error is None)
            for one in outcomes:
                action, error = one.letter.action, one.error
                if isinstance(error, ChangedThereError):
                    # A new one may stand there already: a try before was done, and only its answer was lost.
                    again.append(replace(action, href=action.href or error.params.get("href")))
                elif error is not None:
                    self._fail(action, error)
            if stop is not None:
                raise stop
        return again

    def _letters(self, actions: list[Action]) -> list[pushing.Letter]:
        found = []
        with self._opened(False) as work:
            store = self._store(work)
            links = store.links([action.uid for action in actions])
            for action in actions:
                if action.kind == "delete_there":
                    found.append(pushing.Letter(action))
                    continue
                link = links.get(action.uid)
                data, rev, sequence = store.file(action.uid, link.sequence if link is not None else -1)
                found.append(pushing.Letter(action, data, rev, sequence))
        return found

    def _note_sent(self, outcomes: Iterable[pushing.Outcome]) -> None:
        with self._opened(True) as work:
            store = self._store(work)
            for one in outcomes:
                action = one.letter.action
                if one.letter.data is None:
                    store.forget(action.uid)
                    self._report.deleted_there += 1
                else:
                    assert action.state is not None
                    store.agree(action.uid, one.href, one.etag, action.state, one.letter.rev, one.letter.sequence)
                    self._report.pushed += 1

    def _fail(self, action: Action, error: RealtyError) -> None:
        self._report.failed.append({"uid": action.uid, "code": error.code})


def _invited(draft: Draft, me: list[str]) -> bool:
    """Somebody else invites."""
    for line in draft.values.get("ics") or ():
        text = str(line).lower()
        if text.startswith("organizer"):
            return not any(one.lower() in text for one in me)
    return False
