"""What a JPEG, PNG or WebP file says about itself, read without decoding a pixel.

`read_header` walks the parts that such a file is made of (segments, chunks) and takes from them the size, the number
of frames, the orientation and the colour profile. It also builds `pixels`: the same picture as a file that holds only
what a decoder needs. EXIF, XMP, IPTC, comments, previews, second pictures and whatever trails the end are therefore
gone before any decoder sees the file, and no parser of metadata but the few lines here ever meets a stranger's bytes.

Sources: ITU-T T.81 annex B (JPEG), W3C PNG third edition chapters 5 and 11, RFC 9649 (WebP), TIFF 6.0 section 2 and
Exif tag 0x0112 (orientation), ICC.1:2022 annex B (profiles embedded in files).
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from realty_cli.errors import Invalid

_PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
_PALETTE = 3  # the PNG colour type whose pixels are places in a list of colours
_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")

# Far above what cameras and editors write; each bounds work that a small file could otherwise ask for without end.
_MAX_PARTS = 100_000
_MAX_SCANS = 64
_MAX_PROFILE_BYTES = 4 * 2**20

# In a scan 0xFF is followed by 0x00 (a data byte) or by a restart marker D0..D7; anything else ends the scan.
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_SCAN, _END = 0xDA, 0xD9
_FRAME_STARTS = frozenset({0xC0, 0xC1, 0xC2, 0xC9, 0xCA})  # Huffman and arithmetic, sequential and progressive
_OTHER_FRAME_STARTS = frozenset({0xC3, 0xC5, 0xC6, 0xC7, 0xCB, 0xCD, 0xCE, 0xCF})  # lossless, hierarchical
_TABLES = frozenset({0xC4, 0xCC, 0xDB, 0xDD})  # Huffman, arithmetic, quantization, restart interval
_BARE_MARKERS = frozenset({0x01, 0xD8})
_APP0, _APP1, _APP2, _APP14 = 0xE0, 0xE1, 0xE2, 0xEE


@dataclass(frozen=True, slots=True)
class ImageHeader:
    """`width` and `height` are those of the stored pixels, before `orientation` (Exif, 1 to 8) is applied.

    `format` is "JPEG", "PNG" or "WEBP". `profile` is the embedded ICC profile. `pixels` is the picture without
    metadata; it is empty where `frames` is above 1.
    """

    format: str
    width: int
    height: int
    frames: int
    orientation: int
    profile: bytes | None
    pixels: bytes


def refuse(code: str, **params: Any) -> Invalid:
    """The error for a picture that is not taken; the field is always `file`."""
    return Invalid.one("file", code, **params)


def read_header(data: bytes) -> ImageHeader:
    """Raises Invalid: `photo.not_an_image`, `photo.heic`, `photo.truncated`, `photo.broken`."""
    if data.startswith(b"\xff\xd8\xff"):
        header = _read_jpeg(data)
    elif data.startswith(_PNG_MAGIC):
        header = _read_png(data)
    elif data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        header = _read_webp(data)
    elif data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        raise refuse("photo.heic")
    else:
        raise refuse("photo.not_an_image")
    if header.width < 1 or header.height < 1:
        raise refuse("photo.broken")
    return header


def _jpeg_parts(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Each segment as marker, body and the coded data that follows it, up to the end-of-image marker."""
    position = 2
    for _ in range(_MAX_PARTS):
        found = _MARKER.search(data, position)
        if found is None:
            raise refuse("photo.truncated")
        marker, start = data[found.start() + 1], found.end()
        if marker == _END:
            return
        if marker in _BARE_MARKERS:
            position = start
            continue
        if start + 2 > len(data):
            raise refuse("photo.truncated")
        length = int.from_bytes(data[start : start + 2], "big")
        position = start + length
        if length < 2:
            raise refuse("photo.broken")
        if position > len(data):
            raise refuse("photo.truncated")
        coded = b""
        if marker == _SCAN:
            after = _MARKER.search(data, position)
            if after is None:
                raise refuse("photo.truncated")
            coded = data[position : after.start()]
            position = after.start()
        yield marker, data[start + 2 : start + length], coded
    raise refuse("photo.broken")


def _read_jpeg(data: bytes) -> ImageHeader:
    kept = [b"\xff\xd8"]
    width = height = scans = 0
    orientation = 1
    profile_parts: dict[int, bytes] = {}
    profile_count = 0
    for marker, body, coded in _jpeg_parts(data):
        if marker == _APP1 and body.startswith(b"Exif\0\0") and orientation == 1:
            orientation = _orientation(body)
        elif marker == _APP2 and body.startswith(b"ICC_PROFILE\0") and len(body) > 14:
            profile_parts[body[12]], profile_count = body[14:], body[13]
        elif marker in _FRAME_STARTS:
            # A second frame start, 12-bit samples or an odd number of colours: nothing a camera or an editor writes.
            if width or len(body) < 6 or body[0] != 8 or body[5] not in (1, 3, 4):
                raise refuse("photo.broken")
            height, width = struct.unpack(">HH", body[1:5])
        elif marker in _OTHER_FRAME_STARTS:
            raise refuse("photo.broken")
        scans += marker == _SCAN
        if scans > _MAX_SCANS:
            raise refuse("photo.broken")
        # JFIF and Adobe say in which colours the pixels are coded; every other application segment is metadata.
        colours = (marker == _APP0 and body.startswith(b"JFIF\0")) or (marker == _APP14 and body.startswith(b"Adobe"))
        if colours or marker == _SCAN or marker in _FRAME_STARTS or marker in _TABLES:
            kept += [b"\xff", bytes([marker]), struct.pack(">H", len(body) + 2), body, coded]
    if not scans:
        raise refuse("photo.broken")
    profile = b"".join(profile_parts[number] for number in sorted(profile_parts))
    whole = bool(profile) and len(profile_parts) == profile_count and len(profile) <= _MAX_PROFILE_BYTES
    kept.append(b"\xff\xd9")
    return ImageHeader("JPEG", width, height, 1, orientation, profile if whole else None, b"".join(kept))


def _png_chunk(kind: bytes, body: bytes) -> tuple[bytes, ...]:
    return struct.pack(">I", len(body)), kind, body, struct.pack(">I", zlib.crc32(body, zlib.crc32(kind)))


def _png_parts(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = len(_PNG_MAGIC)
    for _ in range(_MAX_PARTS):
        if position + 12 > len(data):
            raise refuse("photo.truncated")
        length, kind = struct.unpack_from(">I4s", data, position)
        end = position + 12 + length
        if end > len(data):
            raise refuse("photo.truncated")
        body = data[position + 8 : end - 4]
        # The upper-case first letter marks what a picture cannot be drawn without.
        if kind[:1].isupper() and zlib.crc32(body, zlib.crc32(kind)) != int.from_bytes(data[end - 4 : end], "big"):
            raise refuse("photo.broken")
        if kind == b"IEND":
            return
        yield kind, body
        position = end
    raise refuse("photo.broken")


def _read_png(data: bytes) -> ImageHeader:
    first: bytes = b""
    colours: dict[bytes, bytes] = {}
    coded: list[bytes] = []
    frames, orientation = 1, 1
    profile: bytes | None = None
    for kind, body in _png_parts(data):
        if (kind == b"IHDR") == bool(first) or (kind == b"IHDR" and len(body) != 13):
            raise refuse("photo.broken")
        if kind == b"IHDR":
            first = body
        elif kind == b"IDAT":
            coded.append(body)
        elif kind == b"PLTE" or (kind == b"tRNS" and first[8] <= 8):
            colours[kind] = body
        elif kind == b"acTL" and len(body) == 8:
            frames = max(frames, int.from_bytes(body[:4], "big"))
        elif kind == b"eXIf":
            orientation = _orientation(body)
        elif kind == b"iCCP":
            profile = _inflated_profile(body)
    if not coded or (first[9] == _PALETTE and b"PLTE" not in colours):
        raise refuse("photo.broken")
    width, height = struct.unpack(">II", first[:8])
    pixels = b""
    if frames == 1:
        chunks = [(b"IHDR", first), *sorted(colours.items()), (b"IDAT", b"".join(coded)), (b"IEND", b"")]
        pixels = b"".join([_PNG_MAGIC, *(part for chunk in chunks for part in _png_chunk(*chunk))])
    return ImageHeader("PNG", width, height, frames, orientation, profile, pixels)


def _inflated_profile(body: bytes) -> bytes | None:
    _, _, rest = body.partition(b"\0")
    try:
        profile = zlib.decompressobj().decompress(rest[1:], _MAX_PROFILE_BYTES + 1)
    except zlib.error:
        return None
    return profile if 0 < len(profile) <= _MAX_PROFILE_BYTES else None


def _webp_chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def _webp_parts(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    stop = 8 + int.from_bytes(data[4:8], "little")
    if stop > len(data):
        raise refuse("photo.truncated")
    position = 12
    for _ in range(_MAX_PARTS):
        if position + 8 > stop:
            return
        kind, length = struct.unpack_from("<4sI", data, position)
        end = position + 8 + length
        if end > stop:
            raise refuse("photo.truncated")
        yield kind, data[position + 8 : end]
        position = end + length % 2
    raise refuse("photo.broken")


def _read_webp(data: bytes) -> ImageHeader:
    canvas: tuple[int, int] | None = None
    size: tuple[int, int] | None = None
    kind_of_pixels, coded, alpha = b"", b"", b""
    frames, orientation = 0, 1
    profile: bytes | None = None
    for kind, body in _webp_parts(data):
        if kind == b"VP8X" and canvas is None and len(body) >= 10:
            canvas = int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
        elif kind in (b"VP8 ", b"VP8L") and size is None:
            size, kind_of_pixels, coded = _webp_size(kind, body), kind, body
        elif kind == b"ALPH":
            alpha = body
        elif kind == b"ANMF":
            frames += 1
        elif kind == b"EXIF":
            orientation = _orientation(body)
        elif kind == b"ICCP" and 0 < len(body) <= _MAX_PROFILE_BYTES:
            profile = body
    if frames and canvas:
        # An animation of one frame is one too: its only picture stands inside the frame.
        return ImageHeader("WEBP", *canvas, max(frames, 2), orientation, profile, b"")
    # The decoder makes room for the canvas before it looks at the picture, so the two must agree.
    if size is None or (canvas is not None and canvas != size):
        raise refuse("photo.broken")
    parts = _webp_chunk(kind_of_pixels, coded)
    if alpha and kind_of_pixels == b"VP8 ":
        sides = (size[0] - 1).to_bytes(3, "little") + (size[1] - 1).to_bytes(3, "little")
        parts = _webp_chunk(b"VP8X", b"\x10\0\0\0" + sides) + _webp_chunk(b"ALPH", alpha) + parts
    pixels = b"RIFF" + struct.pack("<I", len(parts) + 4) + b"WEBP" + parts
    return ImageHeader("WEBP", *size, 1, orientation, profile, pixels)


def _webp_size(kind: bytes, body: bytes) -> tuple[int, int]:
    if kind == b"VP8L" and len(body) >= 5 and body[0] == 0x2F:
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 " and len(body) >= 10 and body[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", body[6:10])
        return width & 0x3FFF, height & 0x3FFF
    raise refuse("photo.broken")


def _orientation(exif: bytes) -> int:
    """The Exif orientation, 1 (upright) where there is none or where the block cannot be read."""
    block = exif.removeprefix(b"Exif\0\0")
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(block[:4])
    if order is None or len(block) < 8:
        return 1
    (directory,) = struct.unpack_from(order + "I", block, 4)
    if directory + 2 > len(block):
        return 1
    (entries,) = struct.unpack_from(order + "H", block, directory)
    for number in range(entries):
        position = directory + 2 + 12 * number
        if position + 12 > len(block):
            return 1
        tag, kind, _ = struct.unpack_from(order + "HHI", block, position)
        if tag == 0x0112:
            form = {3: "H", 4: "I"}.get(kind)  # a short by the standard, a long in some files
            (value,) = struct.unpack_from(order + form, block, position + 8) if form else (1,)
            return value if value in range(1, 9) else 1
    return 1
