"""What commands print. Data goes to stdout: a table on a terminal, tab-separated in a pipe, JSON where asked for."""

from __future__ import annotations

import codecs
import io
import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from realty_cli.cli.state import State

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

# C0, DEL, C1, zero-width and bidirectional controls: a stored text must not steer the terminal that shows it.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_JSON_UNPRINTABLE = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")

#: Cells up to this width are never folded.
_SHORT = 20
#: What is left of the width to a column of long texts, at the least.
_LEAST = 10

#: A column of a table: its heading (a message) and how a row shows it. `raw` is what a pipe gets.
Column = tuple[str, Callable[[Mapping[str, Any]], str], Callable[[Mapping[str, Any]], Any]]


def clean(text: str, *, lines: bool = False) -> str:
    """Text with what could steer a terminal shown as escapes; line breaks stay only where `lines` allows them."""

    def escape(hit: re.Match[str]) -> str:
        character = hit[0]
        if character == "\n" and lines:
            return character
        if character in "\t\n\r":
            return " "
        return f"\\x{ord(character):02x}" if ord(character) < 256 else f"\\u{ord(character):04x}"

    return _UNPRINTABLE.sub(escape, text)


def emit_json(value: Any, *, pretty: bool | None = None) -> None:
    """The value as one JSON document, indented on a terminal; exactly what the API answers."""
    write_line(to_json(value, pretty=sys.stdout.isatty() if pretty is None else pretty))


def to_json(value: Any, *, pretty: bool = False) -> str:
    if (sys.stdout.encoding or "").lower().replace("-", "") not in ("utf8", "utf8sig"):
        return json.dumps(value, ensure_ascii=True, indent=2 if pretty else None)
    import orjson

    try:
        text = orjson.dumps(value, option=orjson.OPT_INDENT_2 if pretty else 0).decode()
    except TypeError:  # the name of a file that is no text
        return json.dumps(value, ensure_ascii=True, indent=2 if pretty else None)
    return _JSON_UNPRINTABLE.sub(lambda hit: f"\\u{ord(hit[0]):04x}", text)


def write_line(text: str) -> None:
    sys.stdout.write(text + "\n")


def byte_output() -> BinaryIO:
    """Standard output for what writes bytes: data as it is in a pipe or a file, harmless on a terminal."""
    sys.stdout.flush()
    return cast(BinaryIO, _ToTerminal()) if sys.stdout.isatty() else sys.stdout.buffer


class _ToTerminal(io.RawIOBase):
    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("backslashreplace")

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        sys.stdout.write(clean(self._decoder.decode(bytes(data)), lines=True))
        return len(data)

    def flush(self) -> None:
        sys.stdout.flush()


def emit(
    state: State,
    body: Any,
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, Any]],
    *,
    title: str = "",
    footer: str = "",
) -> None:
    """One answer in the form that was asked for: `body` is the API's, `rows` the things it lists."""
    match state.format:
        case "json":
            emit_json(body)
        case "jsonl":
            for row in rows:
                write_line(to_json(row))
        case "csv":
            _separated(columns, rows)
        case "tsv":
            for row in rows:
                write_line("\t".join(_cell(raw(row)) for _, _, raw in columns))
        case "md":
            _markdown(state, columns, rows)
        case _:
            _table(state, columns, rows, title, footer)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return clean(str(value))


def _separated(columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]) -> None:
    from realty_cli.formats.registry import codec_for

    header = [heading.lower().replace(" ", "_") for heading, _, _ in columns]
    codec_for("x.csv").write(byte_output(), header, ([raw(row) for _, _, raw in columns] for row in rows))


def _markdown(state: State, columns: Sequence[Column], rows: Sequence[Mapping[str, Any]]) -> None:
    """A table of GitHub's Markdown; nothing where there are no rows."""
    if rows:
        write_line("| " + " | ".join(markdown(state.say.text(heading)) for heading, _, _ in columns) + " |")
        write_line("|" + " --- |" * len(columns))
        for row in rows:
            write_line("| " + " | ".join(markdown(show(row)) for _, show, _ in columns) + " |")


_MARKS = re.compile(r"([\\`*_\[\]<>|#~])")


def markdown(text: str) -> str:
    """Text in one line of Markdown that shows as it stands: no emphasis, links or tags of its own."""
    return _MARKS.sub(r"\\\1", clean(text))


def _table(state: State, columns: Sequence[Column], rows: Sequence[Mapping[str, Any]], title: str, footer: str) -> None:
    if not rows:
        if footer:
            state.tell(footer)
        else:
            state.tell("Nothing found.")
        return
    cells = [[literal(show(row)) for _, show, _ in columns] for row in rows]
    # A number, a date or a status is read at a glance or not at all: only long texts are folded.
    headings = [literal(state.say.text(heading)) for heading, _, _ in columns]
    widths = [max(cell.cell_len for cell in column) for column in zip(headings, *cells, strict=True)]
    short = [width <= _SHORT for width in widths]
    kept = sum(width if is_short else _LEAST for width, is_short in zip(widths, short, strict=True)) + 2 * len(widths)
    if all(short) or kept > new_console().width:
        short = []  # nothing else could give way where the terminal is narrow
    table = new_table([state.say.text(heading) for heading, _, _ in columns], title, short)
    for row_cells in cells:
        table.add_row(*row_cells)
    show_table(table)
    if footer:
        state.tell(footer)


def new_table(headings: Sequence[str], title: str = "", short: Sequence[bool] = ()) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, title=title or None, title_justify="left", pad_edge=False)
    for number, heading in enumerate(headings):
        table.add_column(heading, overflow="fold", no_wrap=number < len(short) and short[number])
    return table


def literal(text: str) -> Any:
    """Text for Rich that is shown as it stands: no markup, no emoji codes, no links."""
    from rich.text import Text

    return Text(clean(text, lines=True))


def show_table(table: Table) -> None:
    new_console().print(table)


def new_console() -> Console:
    from rich.console import Console

    return Console(highlight=False, emoji=False, markup=False)


def pairs(state: State, body: Any, items: Sequence[tuple[str, str]], *, title: str = "") -> None:
    """One object: JSON where asked for, else a line for each field that says something."""
    if state.format in ("json", "jsonl"):
        emit_json(body, pretty=False if state.format == "jsonl" else None)
        return
    if state.format in ("tsv", "csv"):
        columns: Sequence[Column] = (
            ("Field", lambda row: row["name"], lambda row: row["name"]),
            ("Value", lambda row: row["value"], lambda row: row["value"]),
        )
        emit(state, body, columns, [{"name": name, "value": value} for name, value in items])
        return
    if state.format == "md":
        for name, value in items:
            write_line(f"- **{markdown(state.say.text(name))}**: {markdown(value)}")
        return
    from rich.table import Table

    table = Table(box=None, show_header=False, pad_edge=False, title=literal(title) if title else None,
                  title_justify="left", title_style="bold")  # fmt: skip
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in items:
        table.add_row(literal(state.say.text(name)), literal(value))
    show_table(table)
