"""Which clients may be one person entered twice: the evidence for and against, weighed into a score with its reasons.

Pure: the caller brings the clients and keeps the marks "not a duplicate". Nothing here decides; a person looks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import combinations
from typing import Any, NamedTuple

from realty_cli.clients.names import fold, sound


class Candidate(NamedTuple):
    """What is known of a client. `name_key` is of `names.name_key`."""

    id: int
    owner_id: int = 0
    kind: str = "person"
    name_key: str | None = None
    first_name: str | None = None
    middle_name: str | None = None
    birthday: str | None = None
    telegram: str | None = None
    external_id: str | None = None
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()


class Rules(NamedTuple):
    """Proposals under `min_score` are not made, and of more than `most` only the surest are kept. A phone or an address
    that more than `crowd` clients have is an office's, and says nothing; a name that more have is a common one."""

    min_score: float = 0.5
    crowd: int = 8
    most: int = 20_000


class Reason(NamedTuple):
    """One piece of evidence: a code of the message catalogue and what its sentence needs."""

    code: str
    params: dict[str, Any]


class Proposal(NamedTuple):
    """Two clients that may be one, `a` the lower id."""

    a: int
    b: int
    score: float
    reasons: tuple[Reason, ...]


#: How far each piece of evidence goes towards certainty, and how much of it the opposite leaves.
_FOR = {"phone": 0.75, "email": 0.8, "telegram": 0.85, "name": 0.5, "middle": 0.3, "part": 0.2, "birthday": 0.4}
_AGAINST = {"name": 0.72, "middle": 0.4, "birthday": 0.3, "kind": 0.8}


def compare(x: Candidate, y: Candidate, rules: Rules = Rules(), crowded: Collection[str] = ()) -> Proposal | None:
    """Two clients weighed; None where little speaks for one person. It does not matter which comes first."""
    x, y = (x, y) if x.id < y.id else (y, x)
    doubt, left, reasons = 1.0, 1.0, []
    for code, mine, others in (("phone", x.phones, y.phones), ("email", x.emails, y.emails)):
        shared = sorted((set(mine) & set(others)) - set(crowded))
        if shared:
            doubt *= 1 - _FOR[code]
            reasons.append(Reason(f"double.{code}", {"value": shared[0]}))
    if x.telegram and x.telegram == y.telegram:
        doubt *= 1 - _FOR["telegram"]
        reasons.append(Reason("double.telegram", {"value": x.telegram}))
    for_names, against_names, told = _names(x, y)
    doubt *= 1 - for_names
    left *= against_names
    reasons += told
    if x.birthday and y.birthday:
        if x.birthday == y.birthday:
            doubt *= 1 - _FOR["birthday"]
            reasons.append(Reason("double.birthday", {"value": x.birthday}))
        else:
            left *= _AGAINST["birthday"]
            reasons.append(Reason("double.other_birthday", {"a": x.birthday, "b": y.birthday}))
    if x.kind != y.kind:
        left *= _AGAINST["kind"]
    score = (1 - doubt) * left
    return Proposal(x.id, y.id, score, tuple(reasons)) if score >= rules.min_score else None


def _names(x: Candidate, y: Candidate) -> tuple[float, float, list[Reason]]:
    """What the names say for and against one person."""
    if not (x.name_key and y.name_key):
        return 0.0, 1.0, []
    mine, others = set(x.name_key.split()), set(y.name_key.split())
    if mine == others:
        if len(mine) == 1 and x.kind == y.kind == "person":
            return _FOR["part"], 1.0, [Reason("double.part_of_name", {})]
        reasons = [Reason("double.name", {})]
        middle = _middle(x, y)
        if middle is None:
            return _FOR["name"], 1.0, reasons
        if middle:
            return 1 - (1 - _FOR["name"]) * (1 - _FOR["middle"]), 1.0, [Reason("double.full_name", {})]
        other = Reason("double.other_patronymic", {"a": x.middle_name or "", "b": y.middle_name or ""})
        return _FOR["name"], _AGAINST["middle"], [*reasons, other]
    if mine < others or others < mine:
        return _FOR["part"], 1.0, [Reason("double.part_of_name", {})]
    return 0.0, _AGAINST["name"], [Reason("double.other_name", {})]


def _middle(x: Candidate, y: Candidate) -> bool | None:
    """Whether the patronymics agree, an initial with what it begins; None where one is not known."""
    mine, others = fold(x.middle_name or "").rstrip("."), fold(y.middle_name or "").rstrip(".")
    if not (mine and others):
        return None
    if min(len(mine), len(others)) == 1:
        return mine[0] == others[0]
    return sound(mine) == sound(others)


def find(
    clients: Iterable[Candidate], rules: Rules = Rules(), *, dismissed: Collection[tuple[int, int]] = ()
) -> list[Proposal]:
    """Every pair that may be one person, the surest first. `dismissed` are pairs marked as different, either way."""
    everybody = sorted(clients, key=lambda one: one.id)
    bearers: defaultdict[str, list[Candidate]] = defaultdict(list)
    for client in everybody:
        for mark in _marks(client):
            bearers[mark].append(client)
    crowded = {mark[1:] for mark, some in bearers.items() if len(some) > rules.crowd and mark[0] in "pe"}
    skipped = {(min(pair), max(pair)) for pair in dismissed}
    found: dict[tuple[int, int], Proposal] = {}
    for x, y in _pairs(bearers, rules):
        if (x.id, y.id) in skipped or (x.id, y.id) in found:
            continue
        if (proposal := compare(x, y, rules, crowded)) is not None:
            found[x.id, y.id] = proposal
    ranked = sorted(found.values(), key=lambda one: (-one.score, one.a, one.b))
    return ranked[: rules.most]


def _marks(client: Candidate) -> Iterator[str]:
    yield from ("p" + phone for phone in client.phones)
    yield from ("e" + email for email in client.emails)
    if client.telegram:
        yield "t" + client.telegram
    if client.name_key:
        yield "n" + client.name_key


def _pairs(bearers: dict[str, list[Candidate]], rules: Rules) -> Iterator[tuple[Candidate, Candidate]]:
    """The pairs worth a comparison; some come more than once. Of a crowd of namesakes only neighbours."""
    for mark, some in bearers.items():
        if len(some) <= rules.crowd:
            yield from combinations(some, 2)
        elif mark[0] in "nt":
            for at, client in enumerate(some):
                for other in some[at + 1 : at + 1 + rules.crowd]:
                    yield client, other
