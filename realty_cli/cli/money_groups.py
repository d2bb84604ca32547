"""`realty deals commissions|payments|expenses|targets ...`: the same commands for every kind of money."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple

import typer

from realty_cli.cli import money_options as fields
from realty_cli.cli.options import Opt, check_page, numbers, read_values, with_options
from realty_cli.cli.state import State, state_of
from realty_cli.kit.i18n import mark as _

Ids = Annotated[list[int], typer.Argument(help="Number; several may be given.", show_default=False)]
Id = Annotated[int, typer.Argument(help="Number.", show_default=False)]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Version = Annotated[int | None, typer.Option("--if-version", help="Only if it still has this version.", metavar="N")]
Sort = Annotated[str | None, typer.Option(help="Keys with - for descending. Default: newest first.", metavar="KEYS")]
Limit = Annotated[int, typer.Option("--limit", "-n", help="Rows a page, 1 to 100.")]
Offset = Annotated[int, typer.Option(help="Rows to skip.")]
Cursor = Annotated[str | None, typer.Option(help="Go on where a page ended (next_cursor).")]
Total = Annotated[bool, typer.Option("--total/--no-total", help="Count all that match.")]
Clear = Annotated[list[str] | None, typer.Option(help="Empty this field; may be repeated.", metavar="FIELD")]


class Kind(NamedTuple):
    """One kind of money: its group, its schemas, its options and what `--help` says of its commands."""

    name: str
    group: str
    new: Sequence[Opt]
    """What a new one takes; none where another command enters it."""
    changes: Sequence[Opt]
    filters: Sequence[Opt]
    help: dict[str, str]
    entered: str


KINDS = (
    Kind(
        "commission", "commissions", fields.COMMISSION_FIELDS, fields.COMMISSION_FIELDS[1:], fields.COMMISSION_FILTERS,
        {
            "add": _("Enter a line of commission: per cent of the price or a sum, and who gets which part of it.\n\n"
                     "Example: realty deals commissions add --deal 3 --payer buyer --rate 2.5 --split agent=50%"),
            "list": _("List lines of commission, newest first.\n\n"
                      "Example: realty deals commissions list --unpaid --due-to today"),
            "show": _("Show a line, with what it and its parts come to.\n\nExample: realty deals commissions show 4"),
            "edit": _("Change fields of a line. Parts replace those before.\n\n"
                      "Example: realty deals commissions edit 4 --rate 2 --due 2026-06-20"),
            "delete": _("Move lines to the bin; restore brings them back.\n\n"
                        "Example: realty deals commissions delete 4"),
            "restore": _("Bring lines back from the bin.\n\nExample: realty deals commissions restore 4"),
        },
        _("Line of commission {id} is entered."),
    ),
    Kind(
        "payment", "payments", (), fields.PAYMENT_FIELDS, fields.PAYMENT_FILTERS,
        {
            "list": _("List payments, newest first.\n\nExample: realty deals payments list --deal 3"),
            "show": _("Show a payment.\n\nExample: realty deals payments show 9"),
            "edit": _("Change fields of a payment.\n\nExample: realty deals payments edit 9 --on yesterday"),
            "delete": _("Move payments to the bin; what they settled is open again.\n\n"
                        "Example: realty deals payments delete 9"),
            "restore": _("Bring payments back from the bin.\n\nExample: realty deals payments restore 9"),
        },
        "",
    ),
    Kind(
        "expense", "expenses", fields.EXPENSE_FIELDS, fields.EXPENSE_FIELDS, fields.EXPENSE_FILTERS,
        {
            "add": _("Enter what was spent: on a channel, a listing, a deal.\n\n"
                     "Example: realty deals expenses add --category portals --amount 3k --source cian"),
            "list": _("List expenses, newest first.\n\n"
                      "Example: realty deals expenses list --from 2026-03-01 --category advertising"),
            "show": _("Show an expense.\n\nExample: realty deals expenses show 6"),
            "edit": _("Change fields of an expense.\n\nExample: realty deals expenses edit 6 --amount 3500"),
            "delete": _("Move expenses to the bin; restore brings them back.\n\n"
                        "Example: realty deals expenses delete 6"),
            "restore": _("Bring expenses back from the bin.\n\nExample: realty deals expenses restore 6"),
        },
        _("Expense {id} is entered."),
    ),
    Kind(
        "target", "targets", fields.TARGET_FIELDS, fields.TARGET_CHANGES, fields.TARGET_FILTERS,
        {
            "add": _("Set a target of a period.\n\n"
                     "Example: realty deals targets add --metric gci --period 2026-03 --value 500k"),
            "list": _("List targets, newest first.\n\nExample: realty deals targets list --on today"),
            "show": _("Show a target.\n\nExample: realty deals targets show 2"),
            "edit": _("Change the value of a target.\n\nExample: realty deals targets edit 2 --value 600k"),
            "delete": _("Move targets to the bin; restore brings them back.\n\n"
                        "Example: realty deals targets delete 2"),
            "restore": _("Bring targets back from the bin.\n\nExample: realty deals targets restore 2"),
        },
        _("Target {id} is set."),
    ),
)  # fmt: skip


def data_of(work: Any, options: Sequence[Opt], typed: dict[str, Any]) -> dict[str, Any]:
    """What was typed, as the schemas take it."""
    values = read_values(options, typed, work.actor.timezone, work.clock.now())
    if "splits" in values:
        values["splits"] = fields.splits_of(work, values["splits"])
    return values


def checked(work: Any, name: str, data: dict[str, Any]) -> Any:
    from realty_cli.deals.schemas import money, money_filters
    from realty_cli.kit.schema import validate

    schema = getattr(money_filters if name.endswith("Filter") else money, name)
    return validate(schema, data, zone=work.actor.timezone, typed=True)


def _told(state: State, body: dict[str, Any]) -> None:
    from realty_cli.cli.money_view import effects, one

    one(state, body)
    effects(state, body.get("changed", []))


def group(kind: Kind) -> typer.Typer:
    """The commands of one kind."""
    app = typer.Typer()
    schema = kind.name.capitalize()

    def add(context: typer.Context, values: dict[str, Any] = {}) -> None:  # noqa: B006 - replaced by the decorator
        state = state_of(context)
        with state.write(f"deals {kind.group} add") as work:
            data = data_of(work, kind.new, values)
            made = getattr(work.deals.money, kind.group).create(checked(work, f"{schema}Create", data))
        _told(state, made)
        state.tell(kind.entered, id=made["id"])

    def list_(
        context: typer.Context, sort: Sort = None, limit: Limit = 20, offset: Offset = 0, cursor: Cursor = None,
        total: Total = True, wanted: dict[str, Any] = {},  # noqa: B006
    ) -> None:  # fmt: skip
        from realty_cli.cli.money_view import page

        state = state_of(context)
        check_page(limit, offset)
        with state.read() as work:
            given = read_values(kind.filters, wanted, work.actor.timezone, work.clock.now())
            body = getattr(work.deals.money, kind.group).page(
                checked(work, f"{schema}Filter", given), sort=sort, limit=limit, offset=offset, cursor=cursor,
                total=total,
            )  # fmt: skip
        page(state, kind.name, body)

    def show(context: typer.Context, number: Id) -> None:
        state = state_of(context)
        with state.read() as work:
            found = getattr(work.deals.money, kind.group).get(number, deleted=None)
        _told(state, found)

    def edit(
        context: typer.Context, number: Id, clear: Clear = None, if_version: Version = None,
        values: dict[str, Any] = {},  # noqa: B006
    ) -> None:  # fmt: skip
        from realty_cli.errors import Invalid

        state = state_of(context)
        if not values and not clear:
            raise Invalid.one("options", "edit.nothing")
        with state.write(f"deals {kind.group} edit") as work:
            data = data_of(work, kind.changes, values) | dict.fromkeys(clear or ())
            body = getattr(work.deals.money, kind.group).update(
                number, checked(work, f"{schema}Update", data), expected_version=if_version
            )
        _told(state, body)

    def delete(context: typer.Context, ids: Ids, yes: Yes = False, if_version: Version = None) -> None:
        from realty_cli.cli.ask import confirm

        state = state_of(context)
        confirm(state, yes, "Move to the bin: {ids}?", ids=numbers(ids))
        with state.write(f"deals {kind.group} delete") as work:
            for number in dict.fromkeys(ids):
                getattr(work.deals.money, kind.group).delete(number, expected_version=if_version)
        state.tell("In the bin: {ids}. Back with: realty deals {group} restore", ids=numbers(ids), group=kind.group)

    def restore(context: typer.Context, ids: Ids) -> None:
        state = state_of(context)
        with state.write(f"deals {kind.group} restore") as work:
            for number in dict.fromkeys(ids):
                getattr(work.deals.money, kind.group).restore(number)
        state.tell("Back on the list: {ids}", ids=numbers(ids))

    for name, function, parameter, options in (
        ("add", add, "values", kind.new), ("list", list_, "wanted", kind.filters), ("show", show, "", ()),
        ("edit", edit, "values", kind.changes), ("delete", delete, "", ()), ("restore", restore, "", ()),
    ):  # fmt: skip
        if name in kind.help:
            function.__doc__ = kind.help[name]
            app.command(name)(with_options(parameter, options)(function) if parameter else function)
    return app
