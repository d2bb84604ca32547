"""The dashboard on a terminal: 80 columns and more, 60 at least; good and bad by arrows and words, colour beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from realty_cli.cli.event_view import STATUSES, TYPES
from realty_cli.cli.metrics_view import change, value
from realty_cli.cli.output import clean, literal, new_table
from realty_cli.cli.state import State
from realty_cli.kit.formatting import compact_money, number, percent
from realty_cli.kit.i18n import mark as _

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
    from rich.text import Text

_Shown = Mapping[str, Any]
_BARS, _EIGHTHS = "▁▂▃▄▅▆▇█", " ▏▎▍▌▋▊▉█"
_NOTHING = "·"
_SIDE_BY_SIDE = 80
#: What needs attention first; the rest is told by its number.
_LOUDEST = 3
#: Up to so many events are written on more lines than one.
_FEW = 3
_TONES = {"critical": ("!!", "bold red"), "warning": ("!", "yellow"), "info": ("·", "")}
_STATUS = {"confirmed": "✔", "completed": "✔", "no_show": "✗", "in_progress": "▸", "scheduled": "?"}
#: What the first row calls its numbers, where the metric's own name is long.
_SHORT = {
    "properties.inventory": _("On the market"), "properties.new": _("New"), "events.showings": _("Showings"),
    "events.no_show_rate": _("No-shows"), "properties.reserved": _("Reserves"), "money.gci": _("Commission"),
    "clients.new_leads": _("Leads"), "properties.dom_closed_median": _("Days on market"),
}  # fmt: skip
#: The same of days on the market, where they are of one kind of deals and the rest is of all.
_DAYS = {"sale": _("Days to a sale"), "rent": _("Days to a let"), "daily_rent": _("Days to a let")}
_WEEKLY = {
    "properties.new": _("New listings a week"), "events.showings": _("Showings a week"),
    "clients.new_leads": _("Leads a week"),
}  # fmt: skip


def page(state: State, body: _Shown, who: str, *, plain: bool = False) -> RenderableType:
    """The whole page, to be printed or kept in view. `plain`: one thing a line, without boxes, bars and arrows."""
    return _Plain(state, body, who) if plain else _Page(state, body, who)


class _Plain:
    """What a screen reader reads well."""

    def __init__(self, state: State, body: _Shown, who: str) -> None:
        self._state, self._body, self._who = state, body, who

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        state, body = self._state, self._body
        yield literal(" ".join((*_heading(state, body), _when(state, body, self._who))))
        for one in body["kpis"]:
            before = ""
            if one.get("previous") is not None:
                before = ", " + state.say.text("before: {value}", value=_number(state, one, "previous"))
            yield literal(
                f"{_label(state, one)}: {_number(state, one)}{_also(state, one)}{_target(state, one)}{before}"
            )
        for line in body["lines"]:
            yield literal(_counts(state, line))
        if body["funnel"]:
            steps = ", ".join(f"{one['label']} {one['entered']}" for one in body["funnel"])
            yield literal(f"{state.say.text('Funnel of buyers and tenants')}: {steps}")
        yield literal(_today_title(state, body))
        for event in body["today"]["items"]:
            yield literal(f"- {_event(state, event)} ({state.say.text(STATUSES[event['status']])})")
        yield literal(_alerts_title(state, body))
        for alert in body["alerts"]["items"]:
            yield literal(f"- {alert['message']} [{alert['command']}]")
        for insight in body["insights"][:1]:
            yield literal(f"{state.say.text('Advice')}: {insight['title']}. {insight['text']}")


class _Page:
    def __init__(self, state: State, body: _Shown, who: str) -> None:
        self._state, self._body, self._who = state, body, who

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = options.max_width
        yield self._head(width)
        yield from self._panels(width)
        yield from self._figures(width)
        yield from self._weeks(width)
        yield from self._advice()

    def _head(self, width: int) -> RenderableType:
        from rich.text import Text

        title, compared = _heading(self._state, self._body)
        left, right = Text(f" {title}", style="bold"), Text(_when(self._state, self._body, self._who))
        left.append(f" {compared}" if compared else "", style="not bold")
        gap = width - left.cell_len - right.cell_len - 1
        if gap < 1:
            return Text.assemble(left, "\n ", right)
        return Text.assemble(left, " " * gap, right)

    def _panels(self, width: int) -> RenderResult:
        from rich.table import Table

        today, alerts = self._today(), self._alerts()
        if width < _SIDE_BY_SIDE:
            yield today
            yield alerts
            return
        grid = Table.grid(expand=True)
        grid.add_column(ratio=2)
        grid.add_column(ratio=3)
        grid.add_row(today, alerts)
        yield grid

    def _today(self) -> RenderableType:
        from rich.text import Text

        items = [_event(self._state, one, marked=True) for one in self._body["today"]["items"]]
        left = self._body["today"]["total"] - len(items)
        if left:
            items.append(self._state.say.text("and {count} more", count=left))
        lines = [clean(one) for one in items] or [self._state.say.text("Nothing is planned.")]
        # A few are told whole: the box beside is high enough.
        text = Text("\n".join(lines), overflow="ellipsis", no_wrap=len(lines) > _FEW)
        return self._panel(_today_title(self._state, self._body), text)

    def _alerts(self) -> RenderableType:
        """Each with its sign before it; what does not fit on a line goes on under its beginning."""
        from rich.table import Table
        from rich.text import Text

        lines = Table.grid(padding=(0, 1))
        lines.add_column(no_wrap=True)
        lines.add_column(overflow="fold")
        for one in self._body["alerts"]["items"][:_LOUDEST]:
            sign, style = _TONES[one["severity"]]
            lines.add_row(Text(sign, style=style), Text(clean(one["message"]), style=style))
            lines.add_row("", Text(clean(one["command"]), style="dim"))
        title, left = _alerts_title(self._state, self._body), self._body["alerts"]["total"] - _LOUDEST
        if not lines.rows:
            return self._panel(title, Text(self._state.say.text("Nothing needs attention.")))
        if left > 0:
            more = self._state.say.text("and {count} more", count=left)
            lines.add_row("", Text(f"{more}: realty analytics alerts active", style="dim"))
        return self._panel(title, lines)

    def _panel(self, title: str, inside: RenderableType) -> RenderableType:
        from rich import box
        from rich.panel import Panel
        from rich.text import Text

        return Panel(inside, title=Text(title), title_align="left", box=box.ROUNDED, padding=(0, 1))

    def _figures(self, width: int) -> RenderResult:
        """The numbers one after the other, broken between two of them."""
        from rich.text import Text

        line = Text(" ")
        for one in self._body["kpis"]:
            figure = self._figure(one)
            if line.cell_len > 1 and line.cell_len + figure.cell_len + 3 > width:
                yield line
                line = Text(" ")
            line.append("   " if line.cell_len > 1 else "")
            line.append_text(figure)
        if line.cell_len > 1:
            yield line

    def _figure(self, one: _Shown) -> Text:
        from rich.text import Text

        text = Text(f"{_label(self._state, one)} ")
        text.append(_number(self._state, one), style="bold")
        text.append(_also(self._state, one), style="bold")
        text.append(_target(self._state, one))
        if one.get("direction") in ("up", "down"):
            arrow = "▲" if one["direction"] == "up" else "▼"
            good = None if one["good_when"] in ("neutral", "band") else one["direction"] == one["good_when"]
            style = "" if good is None else "green" if good else "red"
            text.append(f" {arrow}{_moved(self._state, one)}", style=style)
        if one["low_sample"] and one["value"] is not None:
            text.append(f" n={one['n']}", style="dim")
        return text

    def _weeks(self, width: int) -> RenderResult:
        from rich.text import Text

        wide = max((len(_week(self._state, line)) for line in self._body["lines"]), default=0)
        for line in self._body["lines"]:
            text = Text(f" {_week(self._state, line):<{wide}} ")
            text.append(sparkline([one["value"] for one in line["points"]]), style="cyan")
            told = _weekly(self._state, line)
            text.append(told if text.cell_len + len(told) <= width else _weekly(self._state, line, running=False))
            yield text
        stages = self._body["funnel"]
        if stages and stages[0]["entered"]:
            steps = " → ".join(number(one["entered"], self._state.language) for one in stages)
            yield Text(f" {self._state.say.text('Funnel of buyers and tenants')} {steps}")

    def _advice(self) -> RenderResult:
        from rich.padding import Padding
        from rich.text import Text

        for one in self._body["insights"][:1]:
            text = Text(f"{self._state.say.text('Advice')}: ", style="bold")
            text.append(clean(f"{one['title']}. {one['text']}"), style="not bold")
            if command := one["action"].get("command"):
                text.append(f"\n  {command}", style="not bold dim")
            yield Padding(text, (0, 1))


def sections(state: State, body: _Shown, name: str, *, plain: bool = False) -> RenderableType:
    """One part whole: tables of its numbers, its weeks, the funnel of clients as bars. `plain`: one thing a line."""
    return _plain_section(state, body, name) if plain else _drawn_section(state, body, name)


def _plain_section(state: State, body: _Shown, name: str) -> RenderableType:
    from rich.console import Group

    lines = []
    for block in body["blocks"]:
        for group in block["groups"] if block["name"] == name else ():
            lines.append(_group_title(block, group))
            for one in group["metrics"]:
                before = ""
                if one.get("previous") is not None:
                    before = ", " + state.say.text("before: {value}", value=value(state, one, "previous"))
                lines.append(f"- {one['label']}: {value(state, one)}{before} (n={one['n']})")
    if name == "clients" and body["funnel"]:
        lines.append(state.say.text("Funnel of buyers and tenants"))
        for one in body["funnel"]:
            step = "" if one["step_conversion"] is None else f" ({percent(one['step_conversion'], state.language)})"
            lines.append(f"- {one['label']}: {one['entered']}{step}")
    lines += [_counts(state, line) for line in body["lines"]]
    return Group(*(literal(line) for line in lines))


def _group_title(block: _Shown, group: _Shown) -> str:
    return " · ".join(one for one in (block["title"], group["title"], group["currency"]) if one)


def _drawn_section(state: State, body: _Shown, name: str) -> RenderableType:
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = []
    for block in body["blocks"]:
        if block["name"] != name:
            continue
        for group in block["groups"]:
            headings = [state.say.text(one) for one in (_("METRIC"), _("VALUE"), _("BEFORE"), _("CHANGE"), _("OF"))]
            table = new_table(headings, _group_title(block, group))
            for one in group["metrics"]:
                cells = (one["label"], value(state, one), value(state, one, "previous"), change(state, one))
                table.add_row(*[literal(cell) for cell in (*cells, str(one["n"]))])
            parts.append(table)
    if name == "clients" and body["funnel"]:
        most = max(one["entered"] for one in body["funnel"]) or 1
        wide = max(len(one["label"]) for one in body["funnel"])
        for one in body["funnel"]:
            step = "" if one["step_conversion"] is None else f"  {percent(one['step_conversion'], state.language)}"
            filled = bar(one["entered"] / most, 24)
            parts.append(Text(f" {one['label']:<{wide}} {filled} {one['entered']}{step}"))
    for line in body["lines"]:
        drawn = sparkline([one["value"] for one in line["points"]])
        parts.append(Text(f" {_week(state, line)} {drawn}{_weekly(state, line)}"))
    return Group(*parts)


def sparkline(values: Sequence[float | None]) -> str:
    """Each value as a block from nothing to the most; a dot where there is none."""
    most = max((one for one in values if one is not None), default=0)
    if not most:
        return "".join(_NOTHING if one is None else _BARS[0] for one in values)
    return "".join(_NOTHING if one is None else _BARS[round(one / most * 7)] for one in values)


def bar(share: float, width: int) -> str:
    """A bar of so many columns for a share from 0 to 1, to an eighth of a column."""
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    whole, rest = divmod(eighths, 8)
    return ("█" * whole + (_EIGHTHS[rest] if rest else "")).ljust(width)


def _heading(state: State, body: _Shown) -> tuple[str, str]:
    """The period in words, and what it is compared with."""
    shown, before = body["period"], body["compared"]
    name = f"realty · {_period(state, shown)}"
    if before is None:
        return name, ""
    return name, state.say.text("(vs {period})", period=_dates(state, before))


def _period(state: State, shown: _Shown) -> str:
    from realty_cli.kit.formatting import month_of_year

    first = date.fromisoformat(shown["first_date"])
    if shown["granularity"] != "month":
        return _dates(state, shown)
    month = month_of_year(first, state.language)
    last = date.fromisoformat(shown["last_date"])
    return f"{month}, {first.day}–{last.day}" if shown["partial"] else month


def _dates(state: State, shown: _Shown) -> str:
    from realty_cli.kit.formatting import date as day
    from realty_cli.kit.formatting import short_day

    first, last = (date.fromisoformat(shown[name]) for name in ("first_date", "last_date"))
    if first == last:
        return day(first, state.language)
    begin, end = short_day(first, state.language), short_day(last, state.language)
    if (first.year, first.month) == (last.year, last.month):
        within = f"{first.day}–{end} " if state.language == "ru" else f"{begin}–{last.day}, "
        return f"{within}{last.year}"
    if first.year == last.year:
        return f"{begin} – {end} {last.year}"
    return f"{day(first, state.language)} – {day(last, state.language)}"


def _when(state: State, body: _Shown, who: str) -> str:
    from realty_cli.kit.formatting import datetime as moment

    zone = ZoneInfo(body["period"]["tz"])
    return f"{who} · {moment(datetime.fromisoformat(body['as_of']), zone, state.language)}"


def _today_title(state: State, body: _Shown) -> str:
    return f"{state.say.text(_('Today'))} ({body['today']['total']})"


def _alerts_title(state: State, body: _Shown) -> str:
    return f"{state.say.text(_('Needs attention'))} ({body['alerts']['total']})"


def _event(state: State, event: _Shown, *, marked: bool = False) -> str:
    at = state.say.text("all day") if event["all_day"] else event["start_time"][11:16]
    kind = state.say.text(TYPES[event["event_type"]])
    sign = f" {_STATUS.get(event['status'], '')}" if marked else ""
    return f"{at}{sign} {kind}: {event['title']}"


def _label(state: State, one: _Shown) -> str:
    if one.get("deal_type"):
        return state.say.text(_DAYS[one["deal_type"]])
    return state.say.text(_SHORT[one["key"]]) if one["key"] in _SHORT else str(one["label"])


def _number(state: State, one: _Shown, name: str = "value") -> str:
    found = one.get(name)
    if found is not None and one["unit"] == "money":
        return compact_money(round(found * 100), one["currency"], state.language)
    if found is not None and one["unit"] == "days":
        return number(found, state.language, decimals=0)
    return value(state, one, name)


def _moved(state: State, one: _Shown) -> str:
    """How far a number went from where it was: so many of what is counted, a share of money."""
    if one["unit"] in ("count", "days"):
        return number(abs(one["change_abs"]), state.language, decimals=0)
    return change(state, one).lstrip("+−")


def _target(state: State, one: _Shown) -> str:
    if one.get("target") is None:
        return ""
    wanted = compact_money(round(one["target"] * 100), one["currency"], state.language)
    return " " + state.say.text("of {target}", target=wanted)


def _also(state: State, one: _Shown) -> str:
    """What there is in other currencies."""
    return "".join(
        f" + {compact_money(round(other['value'] * 100), other['currency'], state.language)}" for other in one["also"]
    )


def _week(state: State, line: _Shown) -> str:
    return state.say.text(_WEEKLY[line["metric"]]) if line["metric"] in _WEEKLY else str(line["label"])


def _count(found: float | None) -> str:
    return _NOTHING if found is None else f"{found:g}"


def _counts(state: State, line: _Shown) -> str:
    """The weeks as numbers."""
    points = ", ".join(_count(one["value"]) for one in line["points"])
    return f"{_week(state, line)}: {points};{_weekly(state, line)}"


def _weekly(state: State, line: _Shown, *, running: bool = True) -> str:
    """The last week that is over beside what is usual for a whole one, and the one that runs apart from both."""
    whole = [one["value"] for one in line["points"] if not one["partial"]]
    last, now = _count(whole[-1] if whole else None), _count(line["points"][-1]["value"])
    usual, say = line["usual"], state.say
    if not running:
        return f" {last}" + ("" if usual is None else " " + say.text("(usually {low}–{high})", **usual))
    if usual is None:
        return " " + say.text("last {last}, this {now}", last=last, now=now)
    return " " + say.text("last {last} (usually {low}–{high}), this {now}", last=last, now=now, **usual)
