"""Which column of a file holds which field: headers first, then the cells of a sample for what headers leave open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from realty_cli.errors import FieldProblem, Invalid
from realty_cli.properties.reading import cells, deals, objects, people, places
from realty_cli.properties.reading.cells import Column, Read
from realty_cli.properties.reading.headers import ATTRIBUTE, Aliases, Header, key
from realty_cli.properties.reading.raw import as_text
from realty_cli.properties.reading.surfaces import areas
from realty_cli.properties.values import Unreadable, blank, line

#: A column that is read as nothing.
LEFT_OUT = "-"

READERS: dict[str, Callable[[Column], Read]] = {
    **cells.READERS, **deals.READERS, **objects.READERS, **people.READERS, **places.READERS,
}  # fmt: skip
#: What a person can tell a column to be, besides `attributes.<name>` and `-`.
FIELDS: frozenset[str] = frozenset(READERS) - {"id", "owner_id", "created_at", "attributes"}
#: Columns of our own export that only the store may write.
_OURS = frozenset({
    "client_id", "updated_at", "deleted_at", "version", "photos", "days_on_market", "price_per_m2", "status_reason",
    "url_key", "stable_key",
})  # fmt: skip
#: What we write beside rejected rows, for people.
_REASONS = frozenset({"realty_line", "realty_reason"})
_OURS_ALONE = frozenset({"id", "created_at", "owner_id", "attributes"})
_MOST_ATTRIBUTES = 180
#: No table of listings is wider; further columns are left out.
_MOST_COLUMNS = 2_000
#: The rank of a header that a person has mapped: before every name.
_TOLD = -1000


@dataclass(slots=True)
class Draft:
    """A column while the plan is made. `label` is what its cells are called as attributes.

    `fallback`: another column is the field's; this one fills its gaps.
    """

    index: int
    header: str
    label: str
    match: Header
    target: str
    fallback: bool = False


def require_field(target: str, name: str) -> None:
    """Refuse a field that no listing has; `name` is where it was named."""
    if target in FIELDS or target == LEFT_OUT or (target.startswith(ATTRIBUTE) and len(target) > len(ATTRIBUTE)):
        return
    raise Invalid("invalid", [FieldProblem(name, "field.unknown", {"name": target})])


def is_own(titles: Iterable[str]) -> bool:
    """Whether these are the headers of a file that we exported."""
    return {"id", "created_at", "property_type", "deal_type"} <= set(titles)


def draft(
    titles: Sequence[str], aliases: Aliases, sample: Sequence[Sequence[object]], user_map: Mapping[str, str]
) -> list[Draft]:
    """Every column of the file with its target: a field, `attributes.<name>`, or `-`.

    Raises Invalid for a header or a field in `user_map` that does not exist.
    """
    drafts = _named(titles, aliases)
    _apply(drafts, user_map)
    _resolve(drafts, sample, own=is_own(titles))
    _same_measure(drafts)
    _rank(drafts)
    return drafts


def _named(titles: Sequence[str], aliases: Aliases) -> list[Draft]:
    seen: Counter[str] = Counter()
    drafts = []
    for index, title in enumerate(titles):
        if index >= _MOST_COLUMNS:
            drafts.append(Draft(index, title, title, Header(None), LEFT_OUT))
            continue
        label = title[: cells.MAX_KEY - 8].strip() or f"column {index + 1}"
        seen[label] += 1
        if seen[label] > 1:
            label = f"{label} ({seen[label]})"
        match = aliases.match(title) if title else Header("row_number")
        if title.startswith(ATTRIBUTE) and len(title) > len(ATTRIBUTE):
            match = Header(title)
        drafts.append(Draft(index, title, label, match, match.target or ATTRIBUTE + label))
    return drafts


def _apply(drafts: Sequence[Draft], user_map: Mapping[str, str]) -> None:
    for header, target in user_map.items():
        require_field(target, header)
        named = [one for one in drafts if one.header == header.strip()]
        named = named or [one for one in drafts if key(one.header) == key(header)]
        if not named:
            known = ", ".join(one.header for one in drafts[:30])
            raise Invalid.one(header, "import.no_such_header", header=header, headers=known)
        for one in named:
            one.target = target
            one.match = Header(target, _TOLD, one.match.unit)


def _resolve(drafts: Sequence[Draft], sample: Sequence[Sequence[object]], *, own: bool) -> None:
    targets = {one.target for one in drafts}
    headers = {one.header for one in drafts}
    for one in drafts:
        if one.match.rank == _TOLD:
            continue
        if one.header in _REASONS:
            one.target = LEFT_OUT
            continue
        if own:
            if one.header in _OURS:
                one.target = LEFT_OUT
            elif one.header in FIELDS or one.header in _OURS_ALONE:
                one.target = one.header
            continue
        texts = _texts(sample, one.index) if one.target in ("area_or_district", "place", "row_number") else []
        if one.target == "area_or_district":
            surface = 2 * sum(map(_is_area, texts)) >= len(texts) if texts else "area_total" not in targets
            one.target = "area_total" if surface else "district"
        elif one.target == "place":
            lines = sum("," in text or any(map(str.isdigit, text)) for text in texts)
            whole_line = 2 * lines > len(texts) if texts else not targets & {"street", "district", "address"}
            one.target = "address" if whole_line else "city"
        elif one.target == "row_number":
            one.target = _numbered(one, texts, targets)
        elif one.header == "id" and "external_id" in headers:
            one.target = "id"
        elif one.header == "attributes" and any(text.startswith("{") for text in _texts(sample, one.index)):
            one.target = "attributes"


def _same_measure(drafts: Sequence[Draft]) -> None:
    """Who gives floors in square feet gives land in square feet."""
    if any(one.target == "area_total" and one.match.unit.surface == "ft2" for one in drafts):
        for one in drafts:
            if one.target.startswith("area_") and one.match.unit.surface is None:
                one.match = replace(one.match, unit=replace(one.match.unit, surface="ft2"))


def _texts(sample: Sequence[Sequence[object]], index: int) -> list[str]:
    texts = (line(as_text(row[index])) for row in sample if len(row) > index)
    return [text for text in texts if not blank(text)]


def _is_area(text: str) -> bool:
    try:
        return areas(text) is not None
    except Unreadable:
        return False


def _numbered(one: Draft, texts: Sequence[str], targets: set[str]) -> str:
    """A column that counts rows says nothing; one of long numbers is what a portal calls the advertisement."""
    figures = [text.removesuffix(".0") for text in texts]
    if not figures:
        return LEFT_OUT
    if all(map(str.isdecimal, figures)):
        if min(map(len, figures)) >= 5 and len(set(figures)) == len(figures) and "external_id" not in targets:
            return "external_id"
        if not one.header or all(int(after) - int(before) == 1 for before, after in pairwise(figures)):
            return LEFT_OUT
    return ATTRIBUTE + one.label


def _rank(drafts: Sequence[Draft]) -> None:
    """Of several columns for one field the best named one is the field's; the others fill its gaps."""
    best: dict[str, Draft] = {}
    for one in drafts:
        holder = best.get(one.target)
        if holder is None or one.match.rank < holder.match.rank:
            best[one.target] = one
    attributes = 0
    for one in drafts:
        if one.target.startswith(ATTRIBUTE):
            if best[one.target] is not one:
                one.target = ATTRIBUTE + one.label
            attributes += 1
            if attributes > _MOST_ATTRIBUTES:
                one.target = LEFT_OUT
        elif one.target != LEFT_OUT:
            one.fallback = best[one.target] is not one or (one.target == "rooms_code" and "rooms" in best)


def told_by_headers(drafts: Iterable[Draft]) -> str | None:
    """The kind of deal that headers alone tell (`Цена в месяц`), if they tell one."""
    told = {one.match.deal for one in drafts if one.match.deal}
    if told == {"daily_rent", "rent"}:
        return "daily_rent"
    return next(iter(told)) if len(told) == 1 else None
