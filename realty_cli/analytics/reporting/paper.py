"""What every report is written on: its language, its scope, its agency, and numbers as blocks of a document."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from realty_cli.analytics.catalogue.metric import DEFINITIONS_VERSION, FEW
from realty_cli.analytics.chart_parts import Drafts
from realty_cli.analytics.kinds import Compare, MetricUnit, Tendency
from realty_cli.analytics.period_words import in_words
from realty_cli.analytics.reporting import names
from realty_cli.analytics.reporting.plain import plain
from realty_cli.analytics.scope import Scope
from realty_cli.analytics.values import is_good
from realty_cli.kit import formatting
from realty_cli.kit.i18n import mark as _
from realty_cli.kit.i18n import translator
from realty_cli.reports.document import Cell, Column, Document, Figure, Section, Table, Tone, Unit
from realty_cli.reports.wording import MINUS, Wording

if TYPE_CHECKING:
    from realty_cli.analytics.schemas.reports import ReportContent
    from realty_cli.analytics.service import Analytics

Shown = Mapping[str, Any]
#: Rows of a table in a report; what is left out is in the data set.
MOST_ROWS = 100
#: A change beyond this says nothing as a share.
_MANIFOLD = 3.0
#: Less than half of a tenth of a percentage point is written as no change.
_POINT = 0.0005
_AS_BEFORE = _("as before")
_FILTERS = (
    ("property_type", "type", _("kind: {value}")), ("deal_type", "deal", _("deal: {value}")),
    ("city", "any", _("city: {value}")), ("district", "any", _("district: {value}")),
    ("source", "source", _("source: {value}")),
)  # fmt: skip


class Paper:
    """One report that is being written."""

    def __init__(self, analytics: Analytics, wanted: ReportContent, language: str, scope: Scope) -> None:
        self.analytics, self.wanted, self.language, self.scope = analytics, wanted, language, scope
        self.currency = wanted.currency or analytics.settings.currency
        self.say = translator(language)
        self.text = self.say.text
        self.words = Wording(language, self.currency)
        self.drafts = Drafts(self.say, self.currency)
        self.compare = str(wanted.compare)
        #: Bodies that the report is made of, by name, for the json.
        self.metrics: dict[str, Any] = {}

    # Values in words ------------------------------------------------------------------------------------------------

    def plural(self, msgid: str, msgid_plural: str, n: int, /, **params: Any) -> str:
        """As of a translator, with the number as the language writes it: `1 207 объектов`."""
        return self.say.plural(msgid, msgid_plural, n, **{"n": formatting.number(n, self.language), **params})

    def name(self, kind: str, value: object) -> str:
        return names.name_of(kind, value, self.say)

    def amount(self, value: float | None, currency: str | None = None) -> str:
        """An amount in units, short: `12,5 млн ₽`."""
        minor = None if value is None else value * 100
        return formatting.compact_money(minor, currency or self.currency, self.language).replace("-", MINUS)

    def share(self, value: float | None) -> str:
        return formatting.percent(value, self.language, decimals=0)

    def number(self, value: float | None) -> str:
        return formatting.number(value, self.language, decimals=1)

    def days(self, value: float | None) -> str:
        return formatting.length_of("day", None if value is None else round(value), self.language)

    def day(self, value: str | date | None) -> str:
        return formatting.date(date.fromisoformat(value[:10]) if isinstance(value, str) else value, self.language)

    def time(self, hours: float) -> str:
        """A length of time by its largest units: `27 мин`, `2 ч 15 мин`."""
        return formatting.duration(round(hours * 3600), self.language)

    def month(self, text: str) -> str:
        """`2026-03` in words."""
        return formatting.month_of_year(date.fromisoformat(text[:7] + "-01"), self.language)

    def sum(self, value: float | None, currency: str) -> Cell:
        return Cell(value, "money", currency)

    def few(self, n: int) -> str:
        """A note where a share is of few."""
        return "" if n >= FEW else self.text(_("n = {n}"), n=n)

    def sentence(self, parts: Sequence[str]) -> str:
        """Parts of one sentence, which begins with a capital and ends with one full stop."""
        whole = ", ".join(parts)
        return whole[:1].upper() + whole[1:] + ("" if whole.endswith(".") else ".")

    def shown(self, metric: Shown) -> str:
        """The value of a metric in words, short."""
        if metric["unit"] == MetricUnit.MONEY:
            return self.amount(metric["value"], metric["currency"])
        return self.words.value(metric["value"], _unit(metric), metric["currency"])

    @property
    def period(self) -> str:
        """The period in words; one that has not ended names the dates that have passed."""
        return in_words(self.scope, self.say)

    # Numbers as blocks ----------------------------------------------------------------------------------------------

    def cell(self, metric: Shown) -> Cell:
        return Cell(metric["value"], _unit(metric), metric["currency"], note=self.sample(metric))

    def sample(self, metric: Shown) -> str:
        """A word of warning where a number rests on few."""
        if not metric["low_sample"] or metric["value"] is None:
            return ""
        return self.text(_("n = {n}, little data"), n=metric["n"])

    def figures(self, block: Shown, wanted: Iterable[str], *, brief: bool = False) -> list[Figure]:
        """Metrics of a block in large type; `brief` ones without their definitions."""
        return [
            Figure(
                one["label"], self.cell(one), self.change(one), self.tone(one), "" if brief else one["definition"],
                moved(one),
            )
            for one in (block[name] for name in wanted)
        ]  # fmt: skip

    def tone(self, metric: Shown) -> Tone:
        if metric["low_sample"] or self.change(metric) == self.text(_AS_BEFORE):
            return "neutral"
        good = is_good(cast(dict[str, Any], metric))
        return "neutral" if good is None else "good" if good else "bad"

    def change(self, metric: Shown) -> str:
        """`+12 % (было 96)`, `−3 п.п.`; nothing where nothing is compared."""
        before, difference = metric.get("previous"), metric.get("change_abs")
        if before is None or difference is None:
            return ""
        # A length of time says its unit, for it may be minutes; a share is rounded as the one that it stands beside.
        written = self.words.value if metric["unit"] in (MetricUnit.HOURS, MetricUnit.RATIO) else self.words.short
        was = written(before, _unit(metric), metric["currency"])
        if metric["direction"] == Tendency.FLAT:
            return self.text(_AS_BEFORE)
        if metric["low_sample"]:  # how far it went is chance
            return self.text(_("was {was}"), was=was)
        if metric["unit"] == MetricUnit.RATIO:
            if abs(difference) < _POINT:
                return self.text(_AS_BEFORE)
            points = formatting.number(abs(difference) * 100, self.language, decimals=1)
            return self.text(_("{sign}{points} pp (was {was})"), sign=_sign(difference), points=points, was=was)
        share = metric["change_pct"]
        if share is None or abs(share) > _MANIFOLD:
            return self.text(_("was {was}"), was=was)
        size = formatting.percent(abs(share), self.language, decimals=0 if abs(share) >= 0.1 else 1)
        return self.text(_("{sign}{size} (was {was})"), sign=_sign(difference), size=size, was=was)

    def metric_table(self, name: str, title: str, metrics: Sequence[Shown]) -> Table:
        """Metrics one a row, each in its own unit."""
        compared = any("previous" in one for one in metrics)
        columns = [Column("metric", self.text(_("Metric")), weight=3), Column("value", self.text(_("Value")), "count")]
        if compared:
            columns += [Column("previous", self.text(_("Before")), "count"), Column("change", self.text(_("Change")))]
        rows = []
        for one in metrics:
            row: list[Any] = [one["label"], self.cell(one)]
            if compared:
                before = Cell(one.get("previous"), _unit(one), one["currency"])
                # Without a share it says no more than what stands beside it.
                said = "" if one.get("change_pct") is None or one["low_sample"] else self.change(one).partition(" (")[0]
                row += [before, Cell(said, tone=self.tone(one) if said else "neutral", moved=moved(one))]
            rows.append(row)
        return Table(name, title, columns, rows)

    def changed(self, metric: Shown) -> tuple[Cell, Cell]:
        """The value, and how it changed, for narrow columns. A change of what rests on few is noise: how few they are
        stands in its place."""
        said = self.change(metric).partition(" (")[0]
        tone = self.tone(metric) if said else "neutral"
        if said == self.text(_AS_BEFORE):
            said, tone = "\N{PLUS-MINUS SIGN}0", "neutral"
        if metric["low_sample"] and metric["n"] and metric["value"] is not None and (few := self.few(metric["n"])):
            said, tone = few, "neutral"
        # Its label says per square metre already.
        unit = "money" if metric["unit"] == MetricUnit.MONEY_PER_M2 else _unit(metric)
        return Cell(metric["value"], unit, metric["currency"], short=True), Cell(said, tone=tone, moved=moved(metric))

    # The whole ------------------------------------------------------------------------------------------------------

    def document(
        self, title: str, answer: str, sections: Sequence[Section], *, subtitle: str = "", compact: bool = False,
        currency: str | None = None, period: str | None = None, as_of: str | None = None,
    ) -> Document:  # fmt: skip
        """The document, with its json. Sections without blocks are left out."""
        made = Document(
            kind=str(self.wanted.report_type),
            title=title,
            answer=answer,
            language=self.language,
            sections=[one for one in sections if one.blocks],
            subtitle=subtitle,
            agency=self.agency(),
            period=self.period if period is None else period,
            as_of=as_of or self.scope.as_of.isoformat(timespec="seconds"),
            filters=[] if period == "" else self.filters(),
            currency=currency or self.currency,
            definitions_version=DEFINITIONS_VERSION,
            compact=compact,
        )
        return dataclasses.replace(made, data=plain(made, self.metrics))

    def agency(self) -> str:
        """Who is named at the head: the agent whose numbers these are."""
        owners = self.scope.owners
        return self.person(owners[0] if owners and len(owners) == 1 else self.scope.actor.id)

    def person(self, number: int) -> str:
        """The name of an account."""
        found = self.analytics.db.value(
            "SELECT coalesce(nullif(full_name, ''), username) FROM accounts WHERE id = :id", {"id": number}
        )
        return str(found or "")

    def filters(self) -> list[str]:
        found = [self.text(_("rows: {whose}"), whose=self.scope.told(self.language)["text"])]
        for name, kind, sentence in _FILTERS:
            if some := getattr(self.wanted, name):
                found.append(self.text(sentence, value=", ".join(self.name(kind, one) for one in some)))
        if self.wanted.currency:
            found.append(self.text(_("currency: {value}"), value=self.wanted.currency))
        earlier = self.scope.before(self.compare) if self.compare != Compare.NONE else None
        if earlier is not None:
            first, last = self.day(earlier.period.first), self.day(earlier.period.last)
            found.append(self.text(_("compared with {first} – {last}"), first=first, last=last))
        return found

    def worth(self, metric: Shown) -> bool:
        """Whether there is anything to say of it."""
        return bool(metric["value"] or metric.get("previous"))


def _unit(metric: Shown) -> Unit:
    return cast(Unit, str(metric["unit"]))


def moved(metric: Shown) -> tuple[float | None, float | None] | None:
    """By how much a metric changed, in its own unit, and what it was; None where nothing is compared."""
    return (metric.get("change_abs"), metric["previous"]) if "previous" in metric else None


def _sign(value: float) -> str:
    return "+" if value > 0 else "\N{MINUS SIGN}"
