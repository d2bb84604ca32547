"""Export of data sets: rows of any filter, one after the other, as files take them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import orjson

from realty_cli.analytics import datasets
from realty_cli.analytics.datasets import SHAPES, Shape
from realty_cli.analytics.kinds import Dataset
from realty_cli.auth.policy import Act, require
from realty_cli.errors import Invalid
from realty_cli.formats.codec import Codec, WriteOptions
from realty_cli.formats.parquet_codec import ParquetCodec
from realty_cli.formats.registry import CODECS
from realty_cli.kit import masking
from realty_cli.kit.clock import stamp
from realty_cli.kit.money import from_minor
from realty_cli.kit.progress import ignored
from realty_cli.store.selection import any_of

if TYPE_CHECKING:
    from realty_cli.analytics.schemas.base import AnalyticsFilter
    from realty_cli.analytics.service import Analytics

#: Rows between two words on how far it is.
_WATCHED = 2_000
_OF_LISTINGS = ("property_type", "deal_type", "city", "district")


def codec_of(path: Path | str, format_: str | None, dataset: Dataset, fields: Sequence[str]) -> Codec:
    """The codec by its name or by the path's suffix, parquet among them. Raises Invalid for an unknown one."""
    word = (format_ or Path(path).suffix.removeprefix(".")).strip().lower()
    if word == "parquet":
        codec: Any = ParquetCodec([datasets.kind_of(one) for one in fields], [datasets.is_whole(one) for one in fields])
        return codec  # type: ignore[no-any-return]
    if word not in ("csv", "jsonl", "xlsx"):
        raise Invalid.one("format", "format.unknown", format=word[:80], known="csv, jsonl, xlsx, parquet")
    return CODECS[word]


def run(
    analytics: Analytics,
    codec: Codec,
    target: Path | BinaryIO,
    dataset: Dataset,
    wanted: AnalyticsFilter,
    *,
    fields: Sequence[str] | None = None,
    anonymise: bool = False,
    options: WriteOptions = WriteOptions(),
    watch: Callable[[int], None] = ignored,
) -> int:
    """Stream the rows that the filter names into `target`, and say how many. Without a period: of all times."""
    require(analytics.actor, Act.ANALYTICS_EXPORT)
    shape, header = SHAPES[dataset], datasets.columns_of(dataset, fields)
    sql, params = _statement(analytics, dataset, wanted, header)
    makers = [_maker(shape, name, anonymise) for name in header]
    changed = [(at, make) for at, make in enumerate(makers) if make is not None]

    def rows() -> Iterator[list[Any]]:
        for done, row in enumerate(analytics.db.stream(sql, params), 1):
            shown = list(row)
            for at, make in changed:
                if shown[at] is not None:
                    shown[at] = make(shown[at])
            yield shown
            if not done % _WATCHED:
                watch(done)

    return codec.write(target, header, rows(), options=options)


def _statement(
    analytics: Analytics, dataset: Dataset, wanted: AnalyticsFilter, header: Sequence[str]
) -> tuple[str, dict[str, Any]]:
    shape, params = SHAPES[dataset], dict[str, Any]()
    # What stands in the calendar can be taken out as well.
    scope = analytics.scope(wanted, ahead=True)
    parts = [scope.rows(params, shape.owner), shape.where]
    for name in (*_OF_LISTINGS, "source", "currency"):
        values = getattr(wanted, name)
        if values is None:
            continue
        column = f"{shape.listing}.{name}" if name in _OF_LISTINGS and shape.listing else shape.filters.get(name)
        if column is None:
            raise Invalid.one(name, "analytics.filter_meaningless", dataset=dataset.value, filter=name)
        parts.append(any_of(column, name, [values] if isinstance(values, str) else values, params))
    if wanted.period is not None or wanted.start_date is not None:
        asked = scope.asked
        begin, end = (
            (asked.first.isoformat(), asked.last.isoformat())
            if shape.by_day
            else (stamp(asked.start), stamp(asked.end))
        )
        params |= {"since": begin, "until": end}
        parts.append(f"{shape.at} >= :since AND {shape.at} {'<=' if shape.by_day else '<'} :until")
    columns = ", ".join(shape.columns[name] for name in header)
    order = shape.order or next(iter(shape.columns.values()))
    return f"SELECT {columns} FROM {shape.source} WHERE {' AND '.join(parts)} ORDER BY {order}", params


def _maker(shape: Shape, name: str, anonymise: bool) -> Callable[[Any], Any] | None:
    """What makes the shown value of a stored one, where they differ."""
    if anonymise and name in shape.hidden:
        return lambda _: None
    if anonymise and name in shape.names:
        return masking.name
    if datasets.is_money(name):
        return from_minor
    kind = datasets.kind_of(name)
    if kind == "json":
        return (lambda text: masking.texts_in(orjson.loads(text))) if anonymise else orjson.loads
    if kind == "flag":
        return bool
    return masking.free_text if anonymise and kind == "text" and not name.endswith(("_at", "_time")) else None
