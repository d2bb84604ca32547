"""Whether a zip may be unpacked: judged by its directory, then proven on the streamed bytes (a directory can lie)."""

from __future__ import annotations

import os
import stat
import struct
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from realty_cli.errors import Invalid
from realty_cli.formats.codec import Limits
from realty_cli.formats.source import brief, size_text

_PIECE = 1 << 18
_SMALL = 1 << 20
_END = struct.Struct("<4s4H2LH")
_LOCAL = struct.Struct("<4s5H3L2H")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def path_of(member: ZipInfo) -> str:
    """A member's name as readers compare names: with slashes, in lower case."""
    return member.filename.replace("\\", "/").lower()


class GuardedZip:
    """A zip whose directory has been found sound; `members` lists it. Raises Invalid, naming what is wrong.

    Refused are: several or gapped directories (on which readers disagree), encryption, unusual compression, members
    that overlap, stand twice, are links or point outside, archives within, and more than the limits allow.
    """

    def __init__(self, file: BinaryIO, name: str, limits: Limits) -> None:
        self._file = file
        self.name = name
        self._limits = limits
        self.members = self._directory()
        self._check_members()
        self._check_places()
        self.unpacked = sum(member.file_size for member in self.members)
        if self.unpacked > limits.unpacked_bytes:
            raise self.too_much()

    def pieces(self, member: ZipInfo) -> Iterator[bytes]:
        """The unpacked member, divided before end tags of XML, so that no tag is torn (if it has any).

        Raises Invalid if it turns out larger than the directory says.
        """
        size = 0
        kept = b""
        for piece in self._unpacked(member):
            size += len(piece)
            if size > member.file_size:
                raise self.refused("xlsx.suspicious", member=brief(member.filename), reason="size")
            kept += piece
            end = kept.rfind(b"</")
            if end < 0 and len(kept) >= _PIECE:
                end = len(kept)
            if end > 0:
                yield kept[:end]
                kept = kept[end:]
        yield kept

    def refused(self, code: str, **params: object) -> Invalid:
        """The error that the workbook is refused with."""
        return Invalid.one("file", code, path=self.name, **params)

    def too_much(self) -> Invalid:
        """The error for a workbook that would take more memory than allowed."""
        return self.refused("xlsx.too_large_unpacked", limit=size_text(self._limits.unpacked_bytes))

    def _directory(self) -> list[ZipInfo]:
        self._file.seek(0)
        start = self._file.read(len(_OLE))
        if start == _OLE:
            raise self.refused("xlsx.encrypted" if self._is_encrypted_package() else "xlsx.old_excel")
        if start[:4] != b"PK\x03\x04":
            raise self.refused("xlsx.not_workbook")
        self._check_end()
        try:
            with ZipFile(self._file) as archive:
                return archive.infolist()
        except (BadZipFile, ValueError, NotImplementedError, struct.error) as error:
            raise self.refused("xlsx.damaged", reason=str(error)) from None

    def _is_encrypted_package(self) -> bool:
        """Office keeps a workbook with a password in the old container, under this name."""
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
            raise self.refused("xlsx.damaged", reason="no single zip directory")
        _, disk, first, here, count, length, offset, comment = _END.unpack_from(tail, at)
        end = tail_at + at
        if end + _END.size + comment != size or (disk, first) != (0, 0) or here != count or offset + length != end:
            raise self.refused("xlsx.damaged", reason="its zip directory does not fit the file")
        if count > self._limits.zip_members:
            raise self.refused("xlsx.too_many_members", limit=self._limits.zip_members)

    def _check_members(self) -> None:
        names = Counter(map(path_of, self.members))
        for member in self.members:
            path = path_of(member)
            if member.flag_bits & 0x1:
                raise self.refused("xlsx.encrypted")
            reason = None
            if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
                reason = "compression"
            elif path.startswith("/") or ".." in path.split("/") or ":" in path:
                reason = "path"
            elif stat.S_IFMT(member.external_attr >> 16) == stat.S_IFLNK:
                reason = "link"
            elif names[path] > 1:
                reason = "duplicate"
            elif path.endswith(".zip"):
                reason = "nested archive"
            elif member.file_size > max(_SMALL, member.compress_size * self._limits.unpack_ratio):
                reason = "compression ratio"
            if reason is not None:
                raise self.refused("xlsx.suspicious", member=brief(member.filename), reason=reason)

    def _check_places(self) -> None:
        reach = 0
        for member in sorted(self.members, key=lambda member: member.header_offset):
            if member.header_offset < reach:
                raise self.refused("xlsx.suspicious", member=brief(member.filename), reason="overlap")
            reach = member.header_offset + _LOCAL.size + member.compress_size

    def _unpacked(self, member: ZipInfo) -> Iterator[bytes]:
        self._file.seek(member.header_offset)
        local = self._file.read(_LOCAL.size)
        if len(local) < _LOCAL.size or local[:4] != b"PK\x03\x04":
            raise self.refused("xlsx.damaged", reason=f"no member {brief(member.filename)}")
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
                raise self.refused("xlsx.damaged", reason=str(error)) from None
