"""Content lines (RFC 5545, 3.1): unfolded and taken apart with their numbers in the file; escaped and folded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from realty_cli.errors import FieldProblem, Invalid

LONGEST_LINE = 1 << 20
"""Characters of a line with its continuations; more is no calendar but an attack or an accident."""
MOST_COMPONENTS = 50_000
MOST_LINES = 20_000
"""Lines of one event."""
_DEEPEST = 8
_OCTETS = 75
_HEAD = re.compile(r'([A-Za-z0-9-]+)((?:;[^";:]*(?:"[^"]*"[^";:]*)*)*):(.*)', re.S)
_PARAM = re.compile(r';([^=;:"]+)=((?:[^";]|"[^"]*")*)')
_ESCAPED = re.compile(r"\\(.)", re.S)
_CARET = {"^n": "\n", "^'": '"', "^^": "^"}
_BREAKS = re.compile(r"\r\n|\r|\n")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029]")
_SUPPORTED = frozenset({"VCALENDAR", "VEVENT"})


@dataclass(frozen=True, slots=True)
class Line:
    """A property as it stands: `value` is not unescaped, `raw` is the unfolded line."""

    number: int
    name: str
    params: Mapping[str, str]
    value: str
    raw: str


@dataclass(slots=True)
class Component:
    name: str
    line: int
    lines: list[Line] = field(default_factory=list)
    parts: list[Component] = field(default_factory=list)
    bad: list[tuple[int, str]] = field(default_factory=list)
    """Lines that are no properties."""
    closed: bool = False

    def first(self, name: str) -> Line | None:
        return next((one for one in self.lines if one.name == name), None)

    def every(self, name: str) -> list[Line]:
        return [one for one in self.lines if one.name == name]


def decoded(data: bytes) -> str:
    """The text of a file: UTF-8 as the standard wants, UTF-16 by its mark, else what Windows wrote in Russia."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "cp1251"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Lines with the number of their first piece. Raises Invalid for one that is too long."""
    start, pieces, length = 0, list[str](), 0
    for number, piece in enumerate(_BREAKS.split(text), 1):
        if piece[:1] in (" ", "\t") and pieces:
            pieces.append(piece[1:])
            length += len(piece)
        else:
            if pieces:
                yield start, "".join(pieces) if len(pieces) > 1 else pieces[0]
            start, pieces, length = number, [piece], len(piece)
        if length > LONGEST_LINE:
            raise Invalid.one(f"{start}", "ics.line_too_long", line=start, most=LONGEST_LINE)
    if pieces:
        yield start, "".join(pieces)


def parsed(number: int, raw: str) -> Line | None:
    """A line as a property, None where it is none."""
    match = _HEAD.fullmatch(raw)
    if match is None:
        return None
    name, params, value = match.groups()
    found: dict[str, str] = {}
    if params:
        for key, said in _PARAM.findall(params):
            # Several values of a parameter: the quotes go, the commas stay.
            found.setdefault(key.strip().upper(), re.sub(r"\^[n'^]", lambda one: _CARET[one[0]], said.replace('"', "")))
    return Line(number, name.upper(), found, value, raw)


def components(text: str) -> tuple[list[Component], list[FieldProblem]]:
    """The outermost components of a text, and what stands outside of any. `closed` is unset where the end lacks."""
    tops: list[Component] = []
    stack: list[Component] = []
    loose: list[FieldProblem] = []
    total = 0

    def noted(number: int, code: str) -> None:
        if len(loose) < 100:
            loose.append(FieldProblem(f"{number}", code, {"line": number}))

    for number, raw in unfolded(text):
        if not raw.strip():
            continue
        line = parsed(number, raw)
        if line is not None and line.name == "BEGIN":
            name = line.value.strip().upper()[:100]
            if name in _SUPPORTED and any(one.name == name for one in stack):
                # What was open of this kind was never closed.
                while stack.pop().name != name:
                    pass
            total += 1
            if total > MOST_COMPONENTS:
                raise Invalid.one(f"{number}", "ics.too_many", line=number, most=MOST_COMPONENTS)
            one = Component(name, number)
            if len(stack) >= _DEEPEST:
                raise Invalid.one(f"{number}", "ics.too_deep", line=number, most=_DEEPEST)
            (stack[-1].parts if stack else tops).append(one)
            stack.append(one)
        elif line is not None and line.name == "END":
            name = line.value.strip().upper()[:100]
            if not any(one.name == name for one in stack):
                noted(number, "ics.end_alone")
                continue
            while stack[-1].name != name:
                stack.pop()
            stack.pop().closed = True
        elif not stack:
            noted(number, "ics.outside")
        elif line is None:
            if len(stack[-1].bad) < 100:
                stack[-1].bad.append((number, raw[:200]))
        elif len(stack[-1].lines) < MOST_LINES:
            stack[-1].lines.append(line)
        else:
            raise Invalid.one(f"{number}", "ics.too_many_lines", line=number, most=MOST_LINES)
    return tops, loose


def unescaped(value: str) -> str:
    """The text of a TEXT value."""
    if "\\" in value:
        value = _ESCAPED.sub(lambda one: "\n" if one[1] in "nN" else one[1], value)
    return _CONTROL.sub(" ", value)


def listed(value: str) -> list[str]:
    """The texts of a value that is a list."""
    return [unescaped(one) for one in re.findall(r"((?:[^,\\]|\\.)+)", value, re.S)]


# Writing ------------------------------------------------------------------------------------------------------------


def escaped(text: str) -> str:
    """A text as a TEXT value: no line break in it can begin another property."""
    text = _CONTROL.sub(" ", _BREAKS.sub("\n", text))
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def parameter(text: str) -> str:
    """A text as the value of a parameter, in quotes (RFC 6868)."""
    text = _CONTROL.sub(" ", _BREAKS.sub("\n", text))
    return '"' + text.replace("^", "^^").replace("\n", "^n").replace('"', "^'") + '"'


def folded(line: str) -> bytes:
    """A line in pieces of at most 75 octets, never within a character."""
    data = line.encode()
    if len(data) <= _OCTETS:
        return data + b"\r\n"
    pieces, start, room = [], 0, _OCTETS
    while start < len(data):
        end = min(start + room, len(data))
        while end < len(data) and data[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(data[start:end])
        start, room = end, _OCTETS - 1
    return b"\r\n ".join(pieces) + b"\r\n"
