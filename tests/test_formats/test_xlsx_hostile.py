"""Workbooks made to hurt. All are refused before they are unpacked in memory; none may end the process."""

from __future__ import annotations

import io
import random
import struct
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from realty_cli.errors import Invalid
from realty_cli.formats.codec import Limits

NOT_WORKBOOKS = {
    "nothing": (b"", "xlsx.not_workbook"),
    "text": (b"title,price\n1,2\n", "xlsx.not_workbook"),
    "old excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000), "xlsx.old_excel"),
    "excel with a password": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000) + "EncryptedPackage".encode("utf-16-le") + bytes(99),
        "xlsx.encrypted",
    ),
    "zip without an end": (b"PK\x03\x04" + bytes(100), "xlsx.damaged"),
    "empty zip": (b"PK\x05\x06" + bytes(18), "xlsx.not_workbook"),
}


@pytest.mark.parametrize("trouble", NOT_WORKBOOKS)
def test_no_workbook(read: Any, refused: Any, trouble: str) -> None:
    data, code = NOT_WORKBOOKS[trouble]
    with refused(code):
        read(data, "xlsx")


def test_other_zips_are_no_workbooks(read: Any, refused: Any, workbook: Any) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("flats.csv", "a,b\n1,2\n")
    with refused("xlsx.not_workbook"):
        read(out.getvalue(), "xlsx")
    for foreign in ("content.xml", "mimetype", "xl/workbook.bin"):
        with refused("xlsx.not_workbook"):
            read(workbook(members={foreign: b"x"}), "xlsx")


def test_200_mb_of_zeros(read: Any, refused: Any, workbook: Any) -> None:
    data = workbook(members={"xl/media/image1.png": bytes(200 << 20)})
    assert len(data) < 1 << 20
    with refused("xlsx.suspicious", reason="compression ratio", member="xl/media/image1.png"):
        read(data, "xlsx")


def test_200_mb_sheet(read: Any, refused: Any, workbook: Any) -> None:
    with refused("xlsx.suspicious", reason="compression ratio"):
        read(workbook(" " * (200 << 20)), "xlsx")


def test_more_than_the_limit_in_many_members(read: Any, refused: Any, workbook: Any) -> None:
    part = random.Random(1).randbytes(1 << 19)
    members = {f"xl/part{n}.bin": part for n in range(10)}
    with refused("xlsx.too_large_unpacked", limit="4 MiB"):
        read(workbook(members=members), "xlsx", Limits(unpacked_bytes=4 << 20))


def test_too_many_members(read: Any, refused: Any, workbook: Any) -> None:
    with refused("xlsx.too_many_members", limit=50):
        read(workbook(members={f"{n}.xml": b"" for n in range(60)}), "xlsx", Limits(zip_members=50))


def resized(data: bytes, name: str, size: int) -> bytes:
    """The zip with another unpacked size for a member, in its directory and before the member."""
    changed = bytearray(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        member = archive.getinfo(name)
    struct.pack_into("<L", changed, member.header_offset + 22, size)
    at = data.index(b"PK\x01\x02")
    while data[at : at + 4] == b"PK\x01\x02":
        lengths = struct.unpack_from("<3H", data, at + 28)
        if data[at + 46 : at + 46 + lengths[0]] == name.encode():
            struct.pack_into("<L", changed, at + 24, size)
        at += 46 + sum(lengths)
    return bytes(changed)


@pytest.mark.parametrize("path", ["worksheets/sheet1.xml", "worksheets/sheet1.dat"])
def test_directory_that_lies_about_a_size(read: Any, refused: Any, workbook: Any, path: str) -> None:
    data = workbook(" " * (200 << 20), sheet_path=path)
    with refused("xlsx.suspicious", reason="size", member="xl/" + path):
        read(resized(data, "xl/" + path, 500), "xlsx")


def flagged(data: bytes, bit: int) -> bytes:
    """The zip with a flag set on its first member."""
    changed = bytearray(data)
    changed[6] |= bit
    changed[data.index(b"PK\x01\x02") + 8] |= bit
    return bytes(changed)


def test_encrypted_member(read: Any, refused: Any, workbook: Any) -> None:
    with refused("xlsx.encrypted"):
        read(flagged(workbook(), 1), "xlsx")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../../etc/passwd", "path"),
        ("/etc/passwd", "path"),
        ("xl\\..\\..\\x.xml", "path"),
        ("C:/x.xml", "path"),
        ("xl/WORKBOOK.xml", "duplicate"),
        ("xl\\workbook.xml", "duplicate"),
        ("inner.zip", "nested archive"),
    ],
)
def test_member_names(read: Any, refused: Any, workbook: Any, name: str, reason: str) -> None:
    member = zipfile.ZipInfo("x")
    member.filename = name
    with refused("xlsx.suspicious", reason=reason):
        read(workbook(members={member: b"x"}), "xlsx")


def test_member_that_is_a_link(read: Any, refused: Any, workbook: Any) -> None:
    link = zipfile.ZipInfo("xl/link.xml")
    link.external_attr = 0o120777 << 16
    with refused("xlsx.suspicious", reason="link"):
        read(workbook(members={link: b"/etc/passwd"}), "xlsx")


def test_unusual_compression(read: Any, refused: Any, workbook: Any) -> None:
    out = io.BytesIO(workbook())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/x.xml", b"x" * 100, zipfile.ZIP_LZMA)
    with refused("xlsx.suspicious", reason="compression"):
        read(out.getvalue(), "xlsx")


def test_overlapping_members(read: Any, refused: Any, workbook: Any) -> None:
    data = bytearray(workbook(members={"xl/a.xml": bytes(50), "xl/b.xml": bytes(50)}))
    first = data.rindex(b"xl/a.xml") - 46
    second = data.rindex(b"xl/b.xml") - 46
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    with refused("xlsx.suspicious", reason="overlap"):
        read(bytes(data), "xlsx")


@pytest.mark.parametrize("trouble", ["bytes before", "bytes after", "two directories"])
def test_directory_that_does_not_fit(read: Any, refused: Any, workbook: Any, trouble: str) -> None:
    data = workbook()
    changed = {
        "bytes before": data[:4] + b"junk" + data[4:],
        "bytes after": data + b"junk",
        "two directories": data + data,
    }[trouble]
    with refused("xlsx.damaged"):
        read(changed, "xlsx")


def test_document_type(read: Any, refused: Any, workbook: Any) -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><sst>&b;</sst>'
    with refused("xlsx.suspicious", reason="document type"):
        read(workbook(members={"xl/sharedStrings.xml": laughs}), "xlsx")


def number(place: str) -> str:
    return f'<c r="{place}"><v>1</v></c>'


FAR_CELLS = {
    "last cell of the sheet": f'<row r="1048576">{number("XFD1048576")}</row>',
    "last cell within the columns": f'<row r="1048576">{number("ALL1048576")}</row>',
    "row beyond the sheet": '<row r="99999999999"><c><v>1</v></c></row>',
    "row beyond, by the cell": f"<row>{number('A4294967295')}</row>",
    "column beyond the sheet": f"<row>{number('ZZZZZZ2')}</row>",
    "small letters": f"<row>{number('all1048576')}</row>",
    "spaces around the sign": '<row><c r = "ALL1048576" ><v>1</v></c></row>',
    "single quotes": "<row><c r='ALL1048576'><v>1</v></c></row>",
    "place after a bracket": '<row><c foo=">" r="ALL1048576"><v>1</v></c></row>',
    "prefix": '<row xmlns:x="y"><x:c r="ALL1048576"><v>1</v></x:c></row>',
    "wide by counting": "<row>"
    + "<c/>" * 900
    + number("A2")[:2]
    + f'><v>1</v></c></row><row r="1048576">{number("A1048576")}</row>',
    "too wide by counting": "<row>" + "<c><v>1</v></c>" * 1_001 + "</row>",
    "texts that look like places": "<row>"
    + "<c><v>1</v></c>" * 1_001
    + '<c t="str"><v>'
    + 'r="A1" ' * 1_001
    + "</v></c></row>",
    "attributes that look like cells": "<row>"
    + "<c><v>1</v></c>" * 1_001
    + "".join('<x a="<c r=&quot;"/>' for _ in range(1_001))
    + "</row>",
}


@pytest.mark.parametrize("trouble", FAR_CELLS)
def test_few_cells_that_span_billions(read: Any, workbook: Any, trouble: str) -> None:
    with pytest.raises(Invalid) as caught:
        read(workbook(FAR_CELLS[trouble]), "xlsx")
    assert caught.value.fields[0].code in ("xlsx.too_many_cells", "file.too_many_columns", "xlsx.damaged")


@pytest.mark.parametrize("path", ["worksheets/other.dat", "elsewhere/sheet1.xml"])
def test_far_cells_in_a_sheet_of_another_name(read: Any, workbook: Any, path: str) -> None:
    with pytest.raises(Invalid) as caught:
        read(workbook(FAR_CELLS["last cell within the columns"], sheet_path=path), "xlsx")
    assert caught.value.fields[0].code == "xlsx.too_many_cells"


def test_far_but_narrow_is_allowed(read: Any, workbook: Any) -> None:
    found = read(workbook(f'<row r="1048576">{number("B1048576")}</row>'), "xlsx")
    assert (found.rows, found.lines) == ([[None, 1]], [1_048_576])


def shared(texts: list[str], uses: str) -> dict[str, Any]:
    """The pieces of a workbook whose cells take their texts from the shared table."""
    table = "<sst>" + "".join(f"<si><t>{text}</t></si>" for text in texts) + "</sst>"
    return {"rows": uses, "members": {"xl/sharedStrings.xml": table.encode()}}


def test_one_long_text_in_a_hundred_thousand_cells(read: Any, refused: Any, workbook: Any) -> None:
    text = random.Random(1).randbytes(15_000).hex()
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(2, 100_000))
    with refused("xlsx.too_large_unpacked", limit="1 GiB"):
        read(workbook(**shared([text], rows)), "xlsx")


@pytest.mark.parametrize(
    "cell",
    [
        "<c t='s'><v>0</v></c>",
        '<c t = "s"><v >0</v></c>',
        '<c t="s"><v>1</v><v>0</v></c>',
        '<c t="s"><v>1</v><v><!---->0</v></c>',
    ],
)
def test_long_text_used_in_disguise(read: Any, refused: Any, workbook: Any, cell: str) -> None:
    text = random.Random(1).randbytes(15_000).hex()
    with refused("xlsx.too_large_unpacked"):
        read(workbook(**shared([text, "x"], f"<row>{cell}</row>" * 50_000)), "xlsx", Limits(unpack_ratio=1_000))


def test_long_text_behind_entries_without_text(read: Any, refused: Any, workbook: Any) -> None:
    text = random.Random(1).randbytes(15_000).hex()
    parts = shared(["x"], '<row><c t="s"><v>0</v></c></row>' * 50_000)
    parts["members"]["xl/sharedStrings.xml"] = f"<sst><si/><si/><si><t>{text}</t></si><si><t/></si></sst>".encode()
    with refused("xlsx.too_large_unpacked"):
        read(workbook(**parts), "xlsx", Limits(unpack_ratio=1_000))


def test_long_text_used_once_beside_many_short_ones_is_allowed(read: Any, workbook: Any) -> None:
    texts = ["x" * 30_000, "короткий"]
    rows = '<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2"><v>1.5</v></c></row>' + "".join(
        f'<row r="{n}"><c r="A{n}" t="s"><v>1</v></c><c r="B{n}"><v>{n}</v></c></row>' for n in range(3, 40_000)
    )
    found = read(workbook(**shared(texts, rows)), "xlsx")
    assert len(found.rows) == 39_998
    assert found.rows[0] == ["x" * 30_000, 1.5]


def test_torn_and_scrambled_workbooks_raise_nothing_but_invalid(read: Any, workbook: Any, cell: Any) -> None:
    data = workbook(
        f'<row r="2">{cell("A2", "Дом")}<c r="B2"><v>5</v></c></row>', members={"xl/styles.xml": b"<styleSheet/>"}
    )
    chance = random.Random(7)
    for _ in range(300):
        changed = bytearray(data[: chance.randrange(len(data))] if chance.random() < 0.3 else data)
        for _ in range(chance.randrange(4)):
            if changed:
                changed[chance.randrange(len(changed))] = chance.randrange(256)
        try:
            read(bytes(changed), "xlsx")
        except Invalid:
            pass


XML = [
    '<row r="2">',
    "</row>",
    '<c r="A2">',
    '<c r="A2" t="s">',
    "</c>",
    "<v>",
    "</v>",
    "1",
    "-7",
    "99999999999",
    "x",
    "<is>",
    "</is>",
]
XML += [
    "<t>",
    "</t>",
    '<c t="inlineStr">',
    "<f>",
    "</f>",
    '<c r="A0">',
    '<c r="">',
    '<c r="1">',
    '<row r="0">',
    '<c t="d">',
    "&lt;",
    "<![CDATA[",
    "]]>",
]


def test_scrambled_sheets_raise_nothing_but_invalid(read: Any, workbook: Any) -> None:
    chance = random.Random(8)
    for _ in range(400):
        rows = "".join(chance.choices(XML, k=chance.randrange(1, 14)))
        try:
            read(workbook(rows), "xlsx")
        except Invalid:
            pass


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_refusal_of_a_bomb_takes_little_memory(workbook: Any, refused: Any, read: Any, tmp_path: Path) -> None:
    def peak() -> int:
        lines = Path("/proc/self/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])

    path = tmp_path / "bomb.xlsx"
    path.write_bytes(resized(workbook(" " * (300 << 20)), "xl/worksheets/sheet1.xml", 1_000))
    Path("/proc/self/clear_refs").write_text("5")
    before = peak()
    with refused("xlsx.suspicious"):
        read(path)
    assert peak() - before < 30_000
