"""Writing what has to change there: a few requests at once, and what came of each in the order of the plan.

Plain CalDAV writes one resource a request, so most of a first run is waiting. Four at a time is what calendars bear
from one person (Graph refuses a fifth). The store is touched by the thread of the run alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from realty_cli.errors import RealtyError
from realty_cli.events.ics.reader import read
from realty_cli.events.ports import CalendarProvider
from realty_cli.events.sync.canonical import canonical
from realty_cli.events.sync.planning import Action

IN_FLIGHT = 4
AT_ONCE = 16
"""Actions whose files are read, and whose outcomes are stored, in one transaction: what a killed run does again."""


@dataclass(frozen=True, slots=True)
class Letter:
    """An action with the file that is to stand there, the revision of the rows that it tells of, and its sequence.
    Without a file what stands there goes."""

    action: Action
    data: bytes | None = None
    rev: str = ""
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where it stands now and under which tag, or what went wrong."""

    letter: Letter
    href: str = ""
    etag: str | None = None
    error: RealtyError | None = None


def sent(provider: CalendarProvider, letters: Sequence[Letter], go_on: Callable[[Outcome], bool]) -> Iterator[Outcome]:
    """Send them all; gives the outcomes in their order. Once `go_on` says no to one, those that nobody has begun stay
    where they are; the others are waited for and given too."""
    with ThreadPoolExecutor(IN_FLIGHT, thread_name_prefix="sync") as pool:
        begun: list[Future[Outcome]] = [pool.submit(_send, provider, letter) for letter in letters]
        try:
            for at, one in enumerate(begun):
                if one.cancelled():
                    continue
                outcome = one.result()
                yield outcome
                if not go_on(outcome):
                    for other in begun[at + 1 :]:
                        other.cancel()
        finally:
            for one in begun:
                one.cancel()


def _send(provider: CalendarProvider, letter: Letter) -> Outcome:
    action = letter.action
    try:
        if letter.data is None:
            assert action.href is not None
            provider.delete(action.href, action.etag)
            return Outcome(letter)
        href, etag = provider.put(action.href, action.uid, letter.data, action.etag)
        if etag is None:
            # It may have been changed on its way in: what it is now is known from reading it.
            back = provider.fetch([href])
            if back and canonical(one.values for one in read(back[0].data, "UTC").drafts) == action.state:
                etag = back[0].etag
        return Outcome(letter, href, etag)
    except RealtyError as error:
        return Outcome(letter, error=error)
