"""Whether a workbook may be unpacked: decided from the zip directory, then proven on the streamed bytes.

A workbook is a zip of XML. What is refused: what would unpack to too much, by the directory or in truth (a directory
can lie); members that overlap, stand twice or point outside; encryption; an XML that declares a document type; a few
cells so far apart that the area between them would not fit; and one long text that a million cells repeat.
"""

from __future__ import annotations

import os
import re
import stat
import struct
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from realty_cli.errors import Invalid
from realty_cli.formats.codec import Limits
from realty_cli.formats.source import size_text

_PIECE = 1 << 18
_END = struct.Struct("<4s4H2LH")
_LOCAL = struct.Struct("<4s5H3L2H")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SMALL = 1 << 20
_SHEET_ROWS = 1_048_576
_TEXTS = "xl/sharedstrings.xml"
_TAGS_OF_A_TEXT = 4  # <c><v></v></c>

_COLUMNS = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]+)""")
_ROWS = re.compile(rb"""\sr\s*=\s*["'][A-Za-z]*([0-9]+)""")
_TEXT_ENDS = re.compile(rb"</(?:\w+:)?si\s*>|<(?:\w+:)?si\s*/>")
_TEXT_CELLS = re.compile(rb"""\st\s*=\s*["']s["']""")
_TEXT_USES = re.compile(rb"""\st\s*=\s*["']s["'][^<>]*>\s*<(?:\w+:)?v[^<>]*>\s*([0-9]+)""")


class WorkbookGuard:
    """Looks a workbook over before anything else opens it. `check` raises Invalid, naming what is wrong."""

    def __init__(self, file: BinaryIO, name: str, limits: Limits) -> None:
        self._file = file
        self._name = name
        self._limits = limits
        self._sheets: list[ZipInfo] = []
        self._tags = 0  # in all sheets

    def check(self) -> None:
        members = self._members()
        names = {_path(member) for member in members}
        if "xl/workbook.xml" not in names or "content.xml" in names or "xl/workbook.bin" in names:
            raise self._refused("xlsx.not_workbook")
        self._check_directory(members)
        for member in members:
            self._check_member(member)
        self._check_texts(members)

    def _members(self) -> list[ZipInfo]:
        self._file.seek(0)
        start = self._file.read(8)
        if start == _OLE:
            raise self._refused("xlsx.encrypted" if self._is_encrypted_package() else "xlsx.old_excel")
        if start[:4] != b"PK\x03\x04":
            raise self._refused("xlsx.not_workbook")
        self._check_end()
        try:
            with ZipFile(self._file) as archive:
                return archive.infolist()
        except (BadZipFile, ValueError, NotImplementedError, struct.error) as error:
            raise self._refused("xlsx.damaged", reason=str(error)) from None

    def _is_encrypted_package(self) -> bool:
        self._file.seek(0)
        mark, tail = "EncryptedPackage".encode("utf-16-le"), b""
        while piece := self._file.read(_PIECE):
            if mark in tail + piece:
                return True
            tail = piece[-len(mark) :]
        return False

    def _check_end(self) -> None:
        """The directory must end the file, be reached without a gap and be the only one: then all readers agree."""
        size = self._file.seek(0, os.SEEK_END)
        tail_at = max(0, size - _END.size - 0xFFFF)
        self._file.seek(tail_at)
        tail = self._file.read()
        at = tail.rfind(b"PK\x05\x06")
        if at < 0 or len(tail) - at < _END.size or tail.count(b"PK\x05\x06") > 1:
            raise self._refused("xlsx.damaged", reason="no single zip directory")
        _, disk, first, here, count, length, offset, comment = _END.unpack_from(tail, at)
        end = tail_at + at
        if end + _END.size + comment != size or (disk, first) != (0, 0) or here != count or offset + length != end:
            raise self._refused("xlsx.damaged", reason="its zip directory does not fit the file")
        if count > self._limits.zip_members:
            raise self._refused("xlsx.too_many_members", limit=self._limits.zip_members)

    def _check_directory(self, members: list[ZipInfo]) -> None:
        names = Counter(member.filename.lower() for member in members)
        for member in members:
            path = member.filename.replace("\\", "/")
            kind = stat.S_IFMT(member.external_attr >> 16)
            if member.flag_bits & 0x1:
                raise self._refused("xlsx.encrypted")
            if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
                raise self._refused("xlsx.suspicious", member=member.filename, reason="compression")
            if path.startswith("/") or ".." in path.split("/") or ":" in path or kind == stat.S_IFLNK:
                raise self._refused("xlsx.suspicious", member=member.filename, reason="path")
            if names[member.filename.lower()] > 1:
                raise self._refused("xlsx.suspicious", member=member.filename, reason="duplicate")
            if path.lower().endswith(".zip"):
                raise self._refused("xlsx.suspicious", member=member.filename, reason="nested archive")
            if member.file_size > _SMALL and member.file_size > member.compress_size * self._limits.unpack_ratio:
                raise self._refused("xlsx.too_dense", member=member.filename, limit=self._limits.unpack_ratio)
        if sum(member.file_size for member in members) > self._limits.unpacked_bytes:
            raise self._too_much()
        reach = 0
        for member in sorted(members, key=lambda member: member.header_offset):
            if member.header_offset < reach:
                raise self._refused("xlsx.suspicious", member=member.filename, reason="overlap")
            reach = member.header_offset + _LOCAL.size + member.compress_size

    def _check_member(self, member: ZipInfo) -> None:
        """Unpack a member to nothing, to see its true size and, if it is a sheet (whatever its name), its extent."""
        columns: set[bytes] = set()
        tags, is_sheet = 0, False
        for piece in self._pieces(member):
            if b"<!DOCTYPE" in piece:
                raise self._refused("xlsx.suspicious", member=member.filename, reason="document type")
            is_sheet = is_sheet or b"sheetData" in piece
            tags += piece.count(b"<")
            columns.update(_COLUMNS.findall(piece))
        if is_sheet:
            self._sheets.append(member)
            self._tags += tags
            self._check_area(member, columns)

    def _check_area(self, member: ZipInfo, columns: set[bytes]) -> None:
        widest = max((_column_number(letters) for letters in columns), default=1)
        if widest > self._limits.columns:
            raise Invalid.one(
                "file", "file.too_many_columns", path=self._name, found=widest, limit=self._limits.columns
            )
        if widest * _SHEET_ROWS <= self._limits.cells:
            return
        last = 0
        for piece in self._pieces(member):
            last = max(last, max((int(digits[:9]) for digits in _ROWS.findall(piece)), default=0))
        if widest * last > self._limits.cells:
            raise self._refused("xlsx.too_many_cells", limit=self._limits.cells)

    def _check_texts(self, members: list[ZipInfo]) -> None:
        """The texts that cells share are stored once, but every cell that shows one will hold a copy."""
        lengths = [length for member in members if _path(member) == _TEXTS for length in self._text_lengths(member)]
        longest = max(lengths, default=0)
        room = self._limits.unpacked_bytes - sum(member.file_size for member in members)
        if self._tags // _TAGS_OF_A_TEXT * longest <= room:
            return
        cells = 0
        uses: Counter[bytes] = Counter()
        for member in self._sheets:
            for piece in self._pieces(member):
                cells += len(_TEXT_CELLS.findall(piece))
                uses.update(_TEXT_USES.findall(piece))
        shown = sum(lengths[int(place)] * count for place, count in uses.items() if int(place[:9]) < len(lengths))
        if shown + (cells - sum(uses.values())) * longest > room:
            raise self._too_much()

    def _text_lengths(self, member: ZipInfo) -> Iterator[int]:
        """For each shared text about how many bytes of XML it takes."""
        begun = 0
        for piece in self._pieces(member):
            at = 0
            for end in _TEXT_ENDS.finditer(piece):
                yield begun + end.end() - at
                begun, at = 0, end.end()
            begun += len(piece) - at

    def _pieces(self, member: ZipInfo) -> Iterator[bytes]:
        """The unpacked member, divided before end tags, so that no tag is torn. Raises if it outgrows its directory."""
        size = 0
        kept = b""
        for piece in self._unpacked(member):
            size += len(piece)
            if size > member.file_size:
                raise self._refused("xlsx.suspicious", member=member.filename, reason="size")
            kept += piece
            end = kept.rfind(b"</")
            if end < 0 and len(kept) >= _PIECE:
                end = len(kept)
            if end > 0:
                yield kept[:end]
                kept = kept[end:]
        yield kept

    def _unpacked(self, member: ZipInfo) -> Iterator[bytes]:
        self._file.seek(member.header_offset)
        local = self._file.read(_LOCAL.size)
        if len(local) < _LOCAL.size or local[:4] != b"PK\x03\x04":
            raise self._refused("xlsx.damaged", reason=f"no member {member.filename}")
        self._file.seek(sum(_LOCAL.unpack(local)[-2:]), os.SEEK_CUR)
        left = member.compress_size
        inflate = zlib.decompressobj(-zlib.MAX_WBITS) if member.compress_type == ZIP_DEFLATED else None
        while left > 0 and (packed := self._file.read(min(left, _PIECE))):
            left -= len(packed)
            if inflate is None:
                yield packed
                continue
            try:
                while packed and not inflate.eof:
                    yield inflate.decompress(packed, _PIECE)
                    packed = inflate.unconsumed_tail
            except zlib.error as error:
                raise self._refused("xlsx.damaged", reason=str(error)) from None

    def _refused(self, code: str, **params: object) -> Invalid:
        return Invalid.one("file", code, path=self._name, **params)

    def _too_much(self) -> Invalid:
        return self._refused("xlsx.too_large_unpacked", limit=size_text(self._limits.unpacked_bytes))


def _path(member: ZipInfo) -> str:
    return member.filename.replace("\\", "/").lower()


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters[:8].upper():
        number = number * 26 + letter - 64
    return number
