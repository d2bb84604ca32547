"""Whether a workbook may be handed to the library that reads it.

That library holds a sheet as the full rectangle that its cells span, each text copied, and a rectangle that does not
fit ends the process. So the cells' places are looked at first: two cells can span 17 billion. The look is a quick one
that can only err to the safe side; a sheet that it does not clear is gone through exactly, tag by tag.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import BinaryIO
from xml.parsers import expat
from zipfile import ZipInfo

from realty_cli.errors import Invalid
from realty_cli.formats.codec import Limits
from realty_cli.formats.source import brief
from realty_cli.formats.zip_safety import GuardedZip, path_of

_TEXTS = "xl/sharedstrings.xml"
_FOREIGN = frozenset(("content.xml", "mimetype", "xl/workbook.bin"))
_QUICK_ROWS = 999_999

# Columns of all references, and whole references whose row has seven digits or more. Other attributes that end in r
# may be taken along: that errs to the safe side.
_PLACES = re.compile(rb"""r\s*=\s*["']([A-Za-z]*[0-9]{7,}|[A-Za-z]+(?=[0-9]))""")
_TEXT_ENDS = re.compile(rb"</(?:[^\s<>/:]*:)?si\s*>|<(?:[^\s<>/:]*:)?si\s*/>")
_VALUES = re.compile(rb"<v>([^<]*)</v>")
_NO_INDEX = re.compile(rb"-?[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?")


class _Extent:
    """How far the cells of a sheet reach: exactly, by the rules that the reading library has for missing places."""

    def __init__(self) -> None:
        self.widest = 0
        self.last = 0
        self._row = 0
        self._column = 0
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        kind = name.rpartition(":")[2]
        if kind == "row":
            if "r" in attributes:
                self._row = _number(attributes["r"]) - 1
        elif kind == "c":
            if "r" in attributes:
                letters = attributes["r"].rstrip("0123456789")
                self._column = _column_number(letters.encode()) - 1
                self.last = max(self.last, _number(attributes["r"][len(letters) :]))
            self._column += 1
            self.widest = max(self.widest, self._column)
            self.last = max(self.last, self._row + 1)

    def _end(self, name: str) -> None:
        if name.rpartition(":")[2] == "row":
            self._row += 1
            self._column = 0


class WorkbookGuard:
    """Looks a workbook over. `check` raises Invalid, naming what is wrong."""

    def __init__(self, file: BinaryIO, name: str, limits: Limits) -> None:
        self._zip = GuardedZip(file, name, limits)
        self._limits = limits
        self._sheets: list[ZipInfo] = []
        self._cells = 0  # in all sheets, at most

    def check(self) -> None:
        paths = {path_of(member) for member in self._zip.members}
        if "_rels/.rels" not in paths or paths & _FOREIGN:
            raise self._zip.refused("xlsx.not_workbook")
        for member in self._zip.members:
            self._check_member(member)
        self._check_texts()

    def _check_member(self, member: ZipInfo) -> None:
        """Unpack a member to nothing, to see its true size and, if it is a sheet (whatever its name), its extent."""
        places: set[bytes] = set()
        cells = placed = rows = 0
        is_sheet = False
        for number, piece in enumerate(self._zip.pieces(member)):
            if number == 0 and b"<!DOCTYPE" in piece:
                raise self._zip.refused("xlsx.suspicious", member=brief(member.filename), reason="document type")
            is_sheet = is_sheet or b"sheetData" in piece
            places.update(_PLACES.findall(piece))
            rows += piece.count(b"row")
            cells += piece.count(b"<c") + piece.count(b":c")
            placed += piece.count(b'<c r="')
        if not is_sheet:
            return
        self._sheets.append(member)
        self._cells += cells
        columns = [_column_number(place) for place in places if place.isalpha()]
        far = [place for place in places if not place.isalpha()]
        widest = max(columns, default=0) + cells - placed
        if far or widest > self._limits.columns or widest * (_QUICK_ROWS + rows) > self._limits.cells:
            self._check_extent(member)

    def _check_extent(self, member: ZipInfo) -> None:
        extent = _Extent()
        try:
            for piece in self._zip.pieces(member):
                extent.parser.Parse(piece, False)
            extent.parser.Parse(b"", True)
        except (expat.ExpatError, ValueError) as error:
            raise self._zip.refused("xlsx.damaged", reason=str(error)) from None
        if extent.widest > self._limits.columns:
            raise Invalid.one(
                "file", "file.too_many_columns", path=self._zip.name, found=extent.widest, limit=self._limits.columns
            )
        if extent.widest * extent.last > self._limits.cells:
            raise self._zip.refused("xlsx.too_many_cells", limit=self._limits.cells)

    def _check_texts(self) -> None:
        """The texts that cells share are stored once, but every cell that shows one will hold a copy."""
        lengths, certain = self._text_lengths()
        longest = max(lengths, default=0)
        room = self._limits.unpacked_bytes - self._zip.unpacked
        if self._cells * longest <= room:
            return
        values: Counter[bytes] = Counter()
        unread = 0
        for member in self._sheets:
            for piece in self._zip.pieces(member):
                # Pieces end before an end tag: the last value of each is completed by hand.
                found = _VALUES.findall(piece + b"</v>")
                values.update(found)
                unread += piece.count(b"<v") + piece.count(b":v") - len(found)
        held = max(unread, 0) * longest
        for value, count in values.items():
            if value.isdigit() and certain:
                place = int(value[:9])
                held += count * (lengths[place] if place < len(lengths) else 0)
            elif not _NO_INDEX.fullmatch(value) or value.isdigit():
                held += count * longest
        if held > room:
            raise self._zip.too_much()

    def _text_lengths(self) -> tuple[list[int], bool]:
        """For each shared text about how many bytes of XML it takes; and whether their order is beyond doubt."""
        lengths: list[int] = []
        certain = True
        for member in self._zip.members:
            if path_of(member) != _TEXTS:
                continue
            begun, has_text = 0, False
            for piece in self._zip.pieces(member):
                certain = certain and b"<!" not in piece
                at = 0
                for end in _TEXT_ENDS.finditer(piece):
                    lengths.append(begun + end.end() - at)
                    certain = certain and (has_text or _has_text(piece, at, end.end()))
                    begun, at, has_text = 0, end.end(), False
                begun += len(piece) - at
                has_text = has_text or _has_text(piece, at, len(piece))
        return lengths, certain


def _has_text(piece: bytes, start: int, end: int) -> bool:
    return piece.find(b"<t", start, end) >= 0 or piece.find(b":t", start, end) >= 0


def _number(digits: str) -> int:
    return int(digits[:18] or "0")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters[:8].upper():
        number = number * 26 + letter - 64
    return number
