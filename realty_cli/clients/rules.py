"""What clients and leads may be and do. Data in, data out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from realty_cli.clients.kinds import ENDED, LEAD_MOVES, MAX_NAME, ClientKind, LeadStage
from realty_cli.clients.names import full_name, read_name
from realty_cli.errors import Conflict, FieldProblem, Invalid

_PARTS = ("last_name", "first_name", "middle_name", "company_name")


def named(before: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """What a client is called after a change: the whole name from its parts, or the parts from the whole.

    Nameless, a client is called by a phone, an e-mail or a Telegram name, and has no parts. Raises where there is
    none of these either.
    """
    found: dict[str, Any] = {}
    if changes.get("name") and not any(changes.get(part) for part in _PARTS):
        found = _taken_apart(changes["name"])
        if changes.get("kind") == ClientKind.COMPANY and not found["company_name"]:
            found = {**dict.fromkeys(_PARTS), "company_name": changes["name"], "name": changes["name"]}
    elif any(part in changes for part in _PARTS):
        parts = {part: changes[part] if part in changes else before.get(part) for part in _PARTS}
        whole = full_name(parts["last_name"], parts["first_name"], parts["middle_name"], parts["company_name"])
        if parts["company_name"] and _kind(before, changes, parts) == ClientKind.COMPANY:
            whole = parts["company_name"]
        found["name"] = (changes.get("name") or whole or "")[:MAX_NAME] or _stand_in({**before, **changes})
    elif "name" not in before:
        found["name"] = _stand_in(changes)
    after = {**before, **changes, **found}
    if "kind" not in changes and ("kind" not in before or any(part in found or part in changes for part in _PARTS)):
        found["kind"] = _kind({}, {}, after).value
    return found


def _kind(before: Mapping[str, Any], changes: Mapping[str, Any], parts: Mapping[str, Any]) -> ClientKind:
    """As somebody said, or a company where there is a company's name and no person's."""
    if said := changes.get("kind") or before.get("kind"):
        return ClientKind(said)
    person = parts.get("last_name") or parts.get("first_name")
    return ClientKind.COMPANY if parts.get("company_name") and not person else ClientKind.PERSON


def _taken_apart(text: str) -> dict[str, Any]:
    last, first, middle, company = read_name(text)
    whole = full_name(last, first, middle, company) or text
    # In the order of a name where nothing but the order is other; what stands beside a name is not thrown away.
    name = whole if sorted(_letters(whole)) == sorted(_letters(text)) else text
    return {"name": name, "last_name": last, "first_name": first, "middle_name": middle, "company_name": company}


def _letters(text: str) -> list[str]:
    return text.casefold().replace(",", " ").split()


def _stand_in(client: Mapping[str, Any]) -> str:
    for name in ("phones", "emails"):
        if some := client.get(name):
            return str(some[0]["value"])
    if client.get("telegram"):
        return f"@{client['telegram']}"
    raise Invalid.one("name", "client.nameless")


def is_nameless(client: Mapping[str, Any]) -> bool:
    """Whether a client is called by a contact, for want of a name."""
    return not any(client.get(part) for part in _PARTS)


def contacts(entries: Iterable[Any]) -> list[dict[str, str | None]]:
    """Phones or e-mails of a schema, as the store keeps them."""
    return [{"value": one.value, "label": one.label or None} for one in entries]


def contradictions(lead: Mapping[str, Any]) -> list[FieldProblem]:
    """What cannot be true of a lead."""
    least, most = lead.get("budget_min"), lead.get("budget_max")
    if least is not None and most is not None and least > most:
        return [FieldProblem("budget_max", "lead.budget_order")]
    return []


def move(lead: Mapping[str, Any], to: LeadStage, *, at: str, reason: str | None) -> dict[str, Any]:
    """The fields that a move of a lead changes; raises where it is not allowed."""
    now = LeadStage(lead["stage"])
    if to == now:
        return {"lost_reason": reason} if to == LeadStage.LOST and reason else {}
    if to not in LEAD_MOVES[now]:
        allowed = ", ".join(stage for stage in LeadStage if stage in LEAD_MOVES[now])
        raise Conflict("lead.move_not_allowed", old=now.value, new=to.value, allowed=allowed)
    if to == LeadStage.LOST and not reason:
        raise Invalid.one("reason", "lead.reason_missing")
    changes = {
        "stage": to.value,
        "closed_at": at if to in ENDED else None,
        "lost_reason": reason if to == LeadStage.LOST else None,
    }
    return {name: value for name, value in changes.items() if lead.get(name) != value}
