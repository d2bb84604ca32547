"""Pictures as they come from strangers. The numbers are those of the acceptance list, section U."""

from __future__ import annotations

import hashlib
import io
import os
import struct
import subprocess
import sys
import threading
import zipfile
import zlib
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from realty_cli.errors import Invalid
from realty_cli.properties.image_headers import read_header
from realty_cli.properties.imaging import ImageLimits, prepare

PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
RED, GREEN, BLUE, WHITE = (220, 20, 20), (20, 200, 20), (20, 20, 220), (255, 255, 255)


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def corners(width: int = 64, height: int = 48) -> Image.Image:
    """Red above left, green above right, blue below left, white below right."""
    image = Image.new("RGB", (width, height), WHITE)
    image.paste(RED, (0, 0, width // 2, height // 2))
    image.paste(GREEN, (width // 2, 0, width, height // 2))
    image.paste(BLUE, (0, height // 2, width // 2, height))
    return image


def gradient(width: int, height: int) -> Image.Image:
    band = Image.linear_gradient("L").resize((width, height))
    return Image.merge("RGB", (band, band.transpose(Image.Transpose.ROTATE_180), band))


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data), formats=("JPEG",))
    image.load()
    return image


def near(pixel: Any, colour: tuple[int, ...], by: int = 14) -> bool:
    return all(abs(have - want) <= by for have, want in zip(pixel, colour, strict=True))


def seen_corners(data: bytes) -> str:
    """The colours of the four quarters, clockwise from above left."""
    image = opened(data)
    width, height = image.size
    names = {RED: "R", GREEN: "G", BLUE: "B", WHITE: "W"}
    places = [(1, 1), (3, 1), (3, 3), (1, 3)]
    pixels = [image.getpixel((width * x // 4, height * y // 4)) for x, y in places]
    return "".join(next((name for colour, name in names.items() if near(pixel, colour, 40)), "?") for pixel in pixels)


def refusal(data: bytes | BinaryIO, limits: ImageLimits | None = None) -> str:
    with pytest.raises(Invalid) as caught:
        prepare(data, limits)
    (problem,) = caught.value.fields
    assert problem.field == "file"
    return problem.code


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def zeros_deflated(count: int) -> bytes:
    """A zlib stream of that many zero bytes, made of one compressed block repeated."""
    block = 1_000_000
    assert count % block == 0
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    once = deflate.compress(bytes(block)) + deflate.flush(zlib.Z_FULL_FLUSH)
    adler = (count % 65521) << 16 | 1
    return b"\x78\xda" + once * (count // block) + b"\x03\x00" + struct.pack(">I", adler)


def flood_png(side: int = 30_000) -> bytes:
    """A whole, valid grey PNG of side x side."""
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    rows = side * (side + 1)
    coded = zeros_deflated(rows - rows % 1_000_000 + 1_000_000)
    return PNG_MAGIC + chunk(b"IHDR", header) + chunk(b"IDAT", coded) + chunk(b"IEND", b"")


def with_segments(jpeg: bytes, *segments: tuple[int, bytes]) -> bytes:
    """The JPEG with more segments after its start and without its JFIF one."""
    start = 4 + struct.unpack(">H", jpeg[4:6])[0] if jpeg[2:4] == b"\xff\xe0" else 2
    extra = b"".join(bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body for marker, body in segments)
    return jpeg[:2] + extra + jpeg[start:]


def exif_with_gps(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SecretMaker"
    exif[0x0110] = "SecretModel"
    exif[0x9003] = "2024:01:15 10:00:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (55.0, 45.0, 7.0), 3: "E", 4: (37.0, 36.0, 56.0)})
    exif.get_ifd(0x8769).update({0x927C: b"SecretMakerNote", 0xA430: "SecretOwner"})
    return exif


def webp_chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def riff(body: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def animated_webp(frames: int) -> bytes:
    still = encoded(Image.new("RGB", (16, 16), RED), "WEBP", lossless=True)[12:]
    frame = webp_chunk(b"ANMF", bytes(6) + b"\x0f\0\0\x0f\0\0" + b"\x64\0\0\0" + still)
    canvas = webp_chunk(b"VP8X", b"\x02\0\0\0\x0f\0\0\x0f\0\0")
    return riff(canvas + webp_chunk(b"ANIM", bytes(6)) + frame * frames)


def animated_gif(frames: int) -> bytes:
    first = encoded(Image.new("P", (16, 16), 1), "GIF")
    start = first.index(b",", 13)
    return first[:start] + first[start:-1] * frames + b";"


# --- 118, 119: what it is, is told by its bytes


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xd8",
        b"GIF89a, as text",
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"MZ\x90\0" + bytes(600),
        b"\x7fELF" + bytes(600),
        b"#!/bin/sh\nrm -rf /\n",
        b"<?php system($_GET['c']); ?>",
        b"%PDF-1.7\n",
        b"RIFF\x24\0\0\0WAVEfmt ",
        b"PK\x03\x04" + bytes(600),
        "Просто текст, назван plan.jpg".encode(),
        bytes(4096),
    ],
)
def test_118_what_is_no_picture_is_refused(content: bytes) -> None:
    assert refusal(content) == "photo.not_an_image"


def test_118_the_type_is_found_by_decoding() -> None:
    magic_only = [b"\xff\xd8\xff\xe0", PNG_MAGIC, riff(b"")]
    for content in magic_only:
        assert refusal(content + b"<?php system('id'); ?>" * 50) in {"photo.truncated", "photo.broken"}
    for kind in ("JPEG", "PNG", "WEBP"):
        photo = prepare(encoded(corners(), kind))
        assert photo.media_type == "image/jpeg"
        assert photo.full.startswith(b"\xff\xd8\xff")
        assert seen_corners(photo.full) == "RGWB"


def test_118_a_phone_picture_in_heic_is_refused_by_name() -> None:
    assert refusal(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200)) == "photo.heic"


@pytest.mark.parametrize(
    "disguise",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b'\xef\xbb\xbf<?xml version="1.0"?>\n<!DOCTYPE svg>\n<svg xmlns="http://www.w3.org/2000/svg"/>',
        zlib.compress(b'<svg xmlns="http://www.w3.org/2000/svg"/>', wbits=31),
        b"   \n<svg><image href='file:///etc/passwd'/></svg>",
    ],
)
def test_119_svg_is_refused(disguise: bytes) -> None:
    assert refusal(disguise) == "photo.not_an_image"


# --- 120: two files in one


def test_120_the_tail_of_a_polyglot_is_gone() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("evil.class", "EVIL-PAYLOAD")
    tails = [b"<script>EVIL-PAYLOAD</script>", archive.getvalue(), b"<?php EVIL-PAYLOAD ?>"]
    for kind in ("JPEG", "PNG", "WEBP"):
        plain = encoded(corners(), kind)
        clean = prepare(plain)
        for tail in tails:
            photo = prepare(plain + tail)
            assert photo.full == clean.full
            for data in (photo.full, *photo.thumbnails.values()):
                assert b"EVIL" not in data
                assert not zipfile.is_zipfile(io.BytesIO(data))
                assert data.endswith(b"\xff\xd9")
                assert data.count(b"\xff\xd9") == 1


def test_120_a_payload_inside_is_gone_too() -> None:
    jpeg = with_segments(encoded(corners()), (0xFE, b"*/=EVIL;/*"), (0xE0, b"JFXX\0EVIL"), (0xEF, b"EVIL" * 1000))
    png = encoded(corners(), "PNG")
    png = png[:33] + chunk(b"tEXt", b"Comment\0EVIL") + chunk(b"evIl", b"EVIL") + png[33:]
    webp = encoded(corners(), "WEBP", lossless=True, xmp=b"<x:xmpmeta>EVIL</x:xmpmeta>")
    for data in (jpeg, png, webp):
        assert b"EVIL" in data
        photo = prepare(data)
        assert b"EVIL" not in photo.full
        assert seen_corners(photo.full) == "RGWB"


def test_120_of_many_pictures_in_a_jpeg_the_first_is_taken() -> None:
    """Stereo cameras and motion photos: an index in APP2 and the other pictures, or a film, after the end."""
    first, second = encoded(corners()), encoded(Image.new("RGB", (64, 48), BLUE))
    stereo = encoded(corners(), "MPO", save_all=True, append_images=[Image.new("RGB", (64, 48), BLUE)])
    motion = first + b"\0\0\0\x18ftypmp42" + second * 200
    for data in (stereo, motion):
        assert seen_corners(prepare(data).full) == "RGWB"


# --- 121: pixels


# The peak is read from /proc and not from getrusage, whose figure a process inherits from the one that started it.
PEAK = """
import sys
from pathlib import Path
from realty_cli.errors import Invalid
from realty_cli.properties.imaging import prepare


def peak():
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


data = Path(sys.argv[1]).read_bytes()
before = peak()
try:
    prepare(data)
    code = "taken"
except Invalid as refused:
    code = refused.fields[0].code
print(code, peak() - before)
"""


def memory_of(data: bytes, folder: Path) -> tuple[str, int]:
    """The outcome of `prepare` in a process of its own, and by how many bytes the process grew."""
    (folder / "upload").write_bytes(data)
    command = [sys.executable, "-W", "error", "-c", PEAK, str(folder / "upload")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    code, grown = done.stdout.split()
    return code, int(grown)


needs_proc = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the peak of memory from /proc")


@needs_proc
def test_121_pixel_flood_is_refused_by_its_header(tmp_path: Path) -> None:
    flood = flood_png()
    assert 500_000 < len(flood) < 2_000_000
    code, grown = memory_of(flood, tmp_path)
    assert code == "photo.too_many_pixels"
    assert grown < 20 * 2**20


def test_121_the_refusal_names_size_and_limit() -> None:
    with pytest.raises(Invalid) as caught:
        prepare(flood_png())
    assert caught.value.fields[0].params == {"width": 30_000, "height": 30_000, "limit_megapixels": 52.0}


def test_121_floods_in_the_other_formats() -> None:
    jpeg = encoded(Image.new("RGB", (64, 64)))
    place = jpeg.index(b"\xff\xc0") + 5
    jpeg = jpeg[:place] + struct.pack(">HH", 30_000, 30_000) + jpeg[place + 4 :]
    lossless = webp_chunk(b"VP8L", b"\x2f" + struct.pack("<I", 16_383 | 16_383 << 14) + bytes(20))
    lossy = webp_chunk(b"VP8 ", b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 16_383, 16_383) + bytes(20))
    for data in (jpeg, riff(lossless), riff(lossy)):
        assert refusal(data) == "photo.too_many_pixels"


@needs_proc
def test_121_headers_that_disagree_do_not_pass(tmp_path: Path) -> None:
    png = encoded(Image.new("L", (16, 16)), "PNG")
    second_header = png[:33] + chunk(b"IHDR", struct.pack(">IIBBBBB", 30_000, 30_000, 8, 0, 0, 0, 0)) + png[33:]
    jpeg = encoded(Image.new("L", (16, 16)))
    frame_start = b"\xff\xc0\0\x0b\x08" + struct.pack(">HH", 30_000, 30_000) + b"\x01\x01\x11\0"
    place = jpeg.index(b"\xff\xda")
    second_frame = jpeg[:place] + frame_start + jpeg[place:]
    still = encoded(Image.new("RGB", (16, 16)), "WEBP", lossless=True)[12:]
    canvas = riff(webp_chunk(b"VP8X", bytes(4) + b"\xff\x3f\0\xff\x3f\0") + still)
    for data in (second_header, second_frame, canvas):
        code, grown = memory_of(data, tmp_path)
        assert code == "photo.broken"
        assert grown < 20 * 2**20


def test_121_a_raised_limit_stays_below_the_alarm_of_the_decoder() -> None:
    wide = PNG_MAGIC + chunk(b"IHDR", struct.pack(">IIBBBBB", 9_600, 9_600, 8, 0, 0, 0, 0))
    wide += chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
    assert refusal(wide, ImageLimits(max_pixels=10**9)) == "photo.too_many_pixels"


def test_121_what_a_50_megapixel_camera_writes_is_taken() -> None:
    photo = prepare(encoded(Image.new("L", (8192, 6144), 200), quality=50))
    assert (photo.width, photo.height) == (2560, 1920)


# --- 122: cut short


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("kept", [10, 100, 300])
def test_122_the_first_bytes_of_a_picture_are_refused(kind: str, kept: int) -> None:
    whole = encoded(gradient(400, 300), kind, exif=exif_with_gps())
    expected = {"photo.truncated", "photo.not_an_image"} if kept == 10 else {"photo.truncated"}
    assert refusal(whole[:kept]) in expected


@pytest.mark.parametrize(
    "whole",
    [
        encoded(gradient(40, 30)),
        encoded(gradient(40, 30), progressive=True),
        encoded(gradient(40, 30), "PNG"),
        encoded(gradient(41, 31), "WEBP"),
        encoded(gradient(41, 31), "WEBP", lossless=True, exif=exif_with_gps(6)),
    ],
    ids=["jpeg", "progressive", "png", "webp", "webp-lossless"],
)
def test_122_every_cut_is_refused(whole: bytes) -> None:
    prepare(whole)
    for kept in range(12, len(whole)):
        assert refusal(whole[:kept]) == "photo.truncated"


def test_122_a_whole_file_with_missing_pixels_is_refused() -> None:
    png = encoded(gradient(64, 64), "PNG")
    rows = zlib.compress(bytes(65 * 3 * 10))  # a proper end of the file, but ten rows instead of 64
    short = png[:33] + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    assert refusal(short) in {"photo.truncated", "photo.broken"}
    paletted = encoded(gradient(24, 18).quantize(16), "PNG")
    assert refusal(paletted.replace(b"PLTE", b"pLTE")) == "photo.broken"
    flipped = bytearray(png)
    flipped[80] ^= 0xFF
    assert refusal(bytes(flipped)) == "photo.broken"


# --- 123: where, with what and by whom


def assert_no_metadata(data: bytes) -> None:
    image = opened(data)
    assert not image.getexif()
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
    assert [marker for marker, _ in image.applist] == ["APP0"]  # type: ignore[attr-defined]
    for trace in (b"Secret", b"Exif", b"xmp", b"ICC_PROFILE", b"Photoshop", b"2024:01"):
        assert trace not in data


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_123_exif_gps_is_gone(kind: str) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = encoded(corners(), kind, exif=exif_with_gps(), xmp=b"<x:xmpmeta>Secret</x:xmpmeta>", icc_profile=profile)
    if kind == "JPEG":
        iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x06Secret"
        data = with_segments(
            data, (0xFE, b"Secret comment"), (0xED, iptc), (0xE1, b"http://ns.adobe.com/xap/1.0/\0Secret")
        )
    if kind == "PNG":
        text = chunk(b"tEXt", b"Author\0Secret") + chunk(b"zTXt", b"Place\0\0" + zlib.compress(b"Secret"))
        data = data[:33] + text + chunk(b"tIME", b"\x07\xe8\x01\x0f\x0a\0\0") + data[33:]
    assert Image.open(io.BytesIO(data)).getexif().get_ifd(0x8825)
    photo = prepare(data)
    for copy in (photo.full, *photo.thumbnails.values()):
        assert_no_metadata(copy)
        assert seen_corners(copy) == "RGWB"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    ("orientation", "seen"),
    [(1, "RGWB"), (2, "GRBW"), (3, "WBRG"), (4, "BWGR"), (5, "RBWG"), (6, "BRGW"), (7, "WGRB"), (8, "GWBR")],
)
def test_123_orientation_is_applied_first(kind: str, orientation: int, seen: str) -> None:
    options = {"lossless": True} if kind == "WEBP" else {}
    photo = prepare(encoded(corners(), kind, exif=exif_with_gps(orientation), **options))
    assert (photo.width, photo.height) == ((48, 64) if orientation > 4 else (64, 48))
    for copy in (photo.full, *photo.thumbnails.values()):
        assert seen_corners(copy) == seen
        assert_no_metadata(copy)


def test_123_orientation_in_the_other_byte_order_and_as_a_long() -> None:
    big_endian = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    as_long = b"II*\0\x08\0\0\0\x01\0\x12\x01\x04\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
    for block in (big_endian, as_long):
        assert seen_corners(prepare(with_segments(encoded(corners()), (0xE1, b"Exif\0\0" + block))).full) == "BRGW"


@given(block=st.binary(max_size=80).map(lambda tail: b"II*\0\x08\0\0\0" + tail))
@settings(max_examples=60, deadline=None)
def test_123_damaged_exif_is_dropped_and_the_picture_kept(block: bytes) -> None:
    assert prepare(with_segments(encoded(corners(16, 16)), (0xE1, b"Exif\0\0" + block))).full


@needs_proc
def test_123_exif_that_points_at_itself_takes_no_memory(tmp_path: Path) -> None:
    entries, length = 2_000, 400_000
    directory = b"".join(struct.pack("<HHII", 0x9000 + n, 7, length - 30_000, 8) for n in range(entries))
    block = b"II*\0\x08\0\0\0" + struct.pack("<H", entries) + directory + bytes(4)
    block += bytes(length - len(block))
    pieces = [(0xE1, b"Exif\0\0" + block[at : at + 65_000]) for at in range(0, length, 65_000)]
    code, grown = memory_of(with_segments(encoded(corners()), *pieces), tmp_path)
    assert code == "taken"
    assert grown < 30 * 2**20


# --- 128: frames, and decoders that nobody asked for


def tiff_family() -> dict[str, bytes]:
    image = corners()
    odd = {kind: encoded(image, kind) for kind in ("TIFF", "BMP", "PPM", "ICO", "TGA", "PCX", "DDS", "SGI", "EPS")}
    odd["PSD"] = b"8BPS\0\x01" + bytes(6) + struct.pack(">HIIHH", 3, 16, 16, 8, 3) + bytes(2000)
    odd["FITS"] = b"SIMPLE  =                    T".ljust(2880)
    odd["JP2"] = b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(200)
    odd["AVIF"] = b"\0\0\0\x1cftypavif" + bytes(200)
    odd["GIF"] = animated_gif(1)
    odd["GIF of 10,000 frames"] = animated_gif(10_000)
    odd["WMF"] = b"\xd7\xcd\xc6\x9a\0\0" + bytes(200)
    return odd


@pytest.mark.parametrize("name", sorted(tiff_family()))
def test_128_odd_decoders_are_off(name: str) -> None:
    assert refusal(tiff_family()[name]) in {"photo.not_an_image", "photo.heic"}


def test_128_frame_bombs_are_refused() -> None:
    frames = [Image.new("RGB", (16, 16), (n, 0, 0)) for n in range(20)]
    apng = encoded(frames[0], "PNG", save_all=True, append_images=frames[1:])
    for data in (animated_webp(10_000), animated_webp(1), apng):
        assert refusal(data) == "photo.animated"
    assert refusal(animated_gif(10_000)) == "photo.not_an_image"


def test_128_only_three_decoders_are_ever_loaded(tmp_path: Path) -> None:
    samples = [*tiff_family().values(), animated_webp(3), encoded(corners(), exif=exif_with_gps())]
    samples += [encoded(corners(), "MPO", save_all=True, append_images=[corners()])]
    samples += [encoded(corners(), kind, exif=exif_with_gps(6)) for kind in ("PNG", "WEBP")]
    for number, data in enumerate(samples):
        (tmp_path / f"{number:02}.jpg").write_bytes(data)
    code = """
import sys
from pathlib import Path
from PIL import Image
from realty_cli.errors import Invalid
from realty_cli.properties.imaging import prepare

Image.preinit = Image.init = lambda: None  # what Pillow would load of its own accord, mostly in order to write
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        prepare(path.read_bytes())
    except Invalid:
        pass
print(*sorted(name for name in sys.modules if name.endswith("ImagePlugin")))
"""
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["PIL.JpegImagePlugin", "PIL.PngImagePlugin", "PIL.WebPImagePlugin"]


def test_128_a_jpeg_of_a_thousand_scans_is_refused() -> None:
    jpeg = encoded(gradient(64, 64), progressive=True)
    last = jpeg.rindex(b"\xff\xda")
    assert refusal(jpeg[:-2] + jpeg[last:-2] * 1000 + jpeg[-2:]) == "photo.broken"


def test_128_endless_parts_are_refused() -> None:
    jpeg, png = encoded(gradient(16, 16)), encoded(gradient(16, 16), "PNG")
    assert refusal(jpeg[:2] + b"\xff\xfe\0\x02" * 200_000 + jpeg[2:]) == "photo.broken"
    assert refusal(png[:33] + chunk(b"teSt", b"") * 200_000 + png[33:]) == "photo.broken"
    assert refusal(riff(b"junk\0\0\0\0" * 200_000)) == "photo.broken"


# --- what becomes of a picture


def test_sizes_are_bounded_and_never_enlarged() -> None:
    photo = prepare(encoded(gradient(3000, 1200)))
    assert (photo.width, photo.height) == opened(photo.full).size == (2560, 1024)
    assert {side: opened(data).size for side, data in photo.thumbnails.items()} == {1024: (1024, 410), 320: (320, 128)}
    small = prepare(encoded(gradient(200, 100)))
    assert opened(small.full).size == (200, 100)
    assert small.thumbnails == {1024: small.full, 320: small.full}
    thin = prepare(encoded(Image.new("L", (12_000, 1)), "PNG"))
    assert [opened(data).size for data in (thin.full, thin.thumbnails[320])] == [(2560, 1), (320, 1)]


def test_limits_can_be_chosen() -> None:
    photo = prepare(encoded(gradient(600, 400)), ImageLimits(long_side=300, thumbnails=(50, 100, 90), quality=60))
    assert opened(photo.full).size == (300, 200)
    assert {side: opened(data).width for side, data in photo.thumbnails.items()} == {50: 50, 90: 90, 100: 100}
    assert refusal(encoded(gradient(600, 400)), ImageLimits(max_pixels=239_999)) == "photo.too_many_pixels"
    assert prepare(encoded(gradient(600, 400)), ImageLimits(max_pixels=240_000)).width == 600


def test_the_same_bytes_give_the_same_files() -> None:
    data = encoded(gradient(3000, 2000), exif=exif_with_gps(6))
    photo = prepare(data)
    assert photo == prepare(data) == prepare(io.BytesIO(data))
    assert photo.sha256 == hashlib.sha256(photo.full).hexdigest()
    assert photo.original_sha256 == hashlib.sha256(data).hexdigest()
    assert photo.byte_size == len(photo.full)
    results: list[str] = []
    threads = [threading.Thread(target=lambda: results.append(prepare(data).sha256)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [photo.sha256] * 4


def test_a_stream_is_never_read_past_the_limit() -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            assert size > 0
            self.given += min(size, 65_536)
            return b"\xff\xd8\xff" + bytes(min(size, 65_536) - 3) if size > 3 else bytes(size)

    stream = Endless()
    with pytest.raises(Invalid) as caught:
        prepare(stream, ImageLimits(max_bytes=2**20))
    assert caught.value.fields[0].code == "photo.too_large"
    assert caught.value.fields[0].params == {"limit_mb": 1.0}
    assert stream.given == 2**20 + 1
    assert refusal(bytes(2**20 + 1), ImageLimits(max_bytes=2**20)) == "photo.too_large"


@pytest.mark.parametrize(
    ("image", "kind", "options", "expected"),
    [
        (Image.new("1", (40, 30), 1), "PNG", {}, WHITE),
        (Image.new("L", (40, 30), 100), "PNG", {}, (100, 100, 100)),
        (Image.new("L", (40, 30), 100), "JPEG", {}, (100, 100, 100)),
        (Image.new("I;16", (40, 30), 0x8000), "PNG", {}, (128, 128, 128)),
        (Image.new("I;16", (40, 30), 0x8000), "PNG", {"transparency": 0x8000}, (128, 128, 128)),
        (Image.new("RGB", (40, 30), RED).quantize(8), "PNG", {}, RED),
        (Image.new("RGB", (40, 30), RED).quantize(8), "PNG", {"transparency": 0}, WHITE),
        (Image.new("RGB", (40, 30), RED).quantize(8), "PNG", {"transparency": b"\x80\xff"}, (238, 138, 138)),
        (Image.new("RGB", (40, 30), RED), "PNG", {"transparency": RED}, WHITE),
        (Image.new("L", (40, 30), 100), "PNG", {"transparency": 100}, WHITE),
        (Image.new("1", (40, 30), 0), "PNG", {"transparency": 0}, WHITE),
        (Image.new("LA", (40, 30), (0, 0)), "PNG", {}, WHITE),
        (Image.new("LA", (40, 30), (0, 128)), "PNG", {}, (127, 127, 127)),
        (Image.new("RGBA", (40, 30), (*RED, 0)), "PNG", {}, WHITE),
        (Image.new("RGBA", (40, 30), (*RED, 255)), "PNG", {}, RED),
        (Image.new("RGBA", (40, 30), (*RED, 128)), "PNG", {}, (238, 138, 138)),
        (Image.new("RGBA", (40, 30), (*RED, 128)), "WEBP", {}, (238, 138, 138)),
        (Image.new("RGBA", (40, 30), (*RED, 128)), "WEBP", {"lossless": True}, (238, 138, 138)),
        (Image.new("CMYK", (40, 30), (0, 255, 255, 0)), "JPEG", {}, (255, 0, 0)),
    ],
)
def test_every_kind_of_pixel_becomes_rgb_on_white(
    image: Image.Image, kind: str, options: dict[str, Any], expected: tuple[int, ...]
) -> None:
    for limits in (ImageLimits(), ImageLimits(long_side=20)):
        stored = opened(prepare(encoded(image, kind, **options), limits).full)
        assert stored.mode == "RGB"
        assert near(stored.getpixel((10, 7)), expected, 4)


def test_hidden_colours_do_not_bleed_when_a_transparent_picture_is_reduced() -> None:
    image = Image.new("RGBA", (800, 800), (255, 0, 0, 0))
    image.paste((0, 0, 0, 255), (401, 0, 800, 800))
    stored = opened(prepare(encoded(image, "PNG"), ImageLimits(long_side=100)).full)
    red, green, blue = stored.split()
    # Between white and black only greys may stand; JPEG itself may be off by a few.
    for x in range(100):
        pixel = [band.getpixel((x, 50)) for band in (red, green, blue)]
        assert max(pixel) - min(pixel) <= 6


def swapped_profile() -> bytes:
    """The profile of a screen whose red and blue are exchanged."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"????", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"????", b"bXYZ", 1)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_colours_are_brought_to_srgb(kind: str) -> None:
    pure = Image.new("RGB", (40, 30), (255, 0, 0))
    stored = opened(prepare(encoded(pure, kind, icc_profile=swapped_profile())).full)
    assert near(stored.getpixel((20, 15)), (0, 0, 255))


@pytest.mark.parametrize("profile", [b"garbage", bytes(200), swapped_profile()[:150]])
def test_a_useless_profile_is_ignored(profile: bytes) -> None:
    for kind in ("JPEG", "PNG", "WEBP"):
        assert seen_corners(prepare(encoded(corners(), kind, icc_profile=profile)).full) == "RGWB"
    grey = prepare(encoded(Image.new("L", (16, 16), 99), icc_profile=swapped_profile()))
    assert near(opened(grey.full).getpixel((8, 8)), (99, 99, 99), 3)


def test_a_large_profile_in_many_segments_is_put_together() -> None:
    profile = swapped_profile()
    half = len(profile) // 2
    parts = [(0xE2, b"ICC_PROFILE\0\x02\x02" + profile[half:]), (0xE2, b"ICC_PROFILE\0\x01\x02" + profile[:half])]
    jpeg = with_segments(encoded(Image.new("RGB", (16, 16), (255, 0, 0))), *parts)
    assert read_header(jpeg).profile == profile
    assert near(opened(prepare(jpeg).full).getpixel((8, 8)), (0, 0, 255))


@needs_proc
def test_a_profile_that_unpacks_without_end_is_ignored(tmp_path: Path) -> None:
    png = encoded(corners(), "PNG")
    bomb = png[:33] + chunk(b"iCCP", b"sRGB\0\0" + zeros_deflated(300_000_000)) + png[33:]
    assert seen_corners(prepare(bomb).full) == "RGWB"
    code, grown = memory_of(bomb, tmp_path)
    assert code == "taken"
    assert grown < 50 * 2**20


def test_interlaced_png() -> None:
    rows = bytes(2 + 2 + 3 + 6 + 10 + 20 + 36)  # the seven passes over 8 x 8, all black
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 1))
    png = PNG_MAGIC + header + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    assert near(opened(prepare(png).full).getpixel((7, 7)), (0, 0, 0))


def test_padding_before_markers_and_restart_markers_are_legal() -> None:
    jpeg = encoded(gradient(64, 64), restart_marker_rows=1)
    place = jpeg.index(b"\xff\xdb")
    assert prepare(jpeg[:place] + b"\xff\xff\xff" + jpeg[place:]).full == prepare(jpeg).full


SEEDS = [
    encoded(gradient(24, 18), exif=exif_with_gps(6)),
    encoded(gradient(24, 18), progressive=True),
    encoded(gradient(24, 18), "PNG"),
    encoded(gradient(24, 18).quantize(16), "PNG", transparency=3),
    encoded(gradient(24, 18), "WEBP"),
    encoded(corners(24, 18).convert("RGBA"), "WEBP", lossless=True, exif=exif_with_gps(3)),
]


@given(data=st.data())
@settings(max_examples=int(os.environ.get("REALTY_FUZZ_EXAMPLES", "150")), deadline=None)
def test_damaged_pictures_are_taken_or_refused_and_nothing_else(data: st.DataObject) -> None:
    damaged = bytearray(data.draw(st.sampled_from(SEEDS)))
    places = st.integers(0, len(damaged) - 1)
    for place, value in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), max_size=6)):
        damaged[place] = value
    cut = data.draw(st.one_of(st.none(), places))
    insert = data.draw(st.binary(max_size=12))
    if cut is not None:
        damaged[cut:cut] = insert
    try:
        photo = prepare(bytes(damaged), ImageLimits(max_pixels=100_000))
    except Invalid:
        return
    assert_no_metadata(photo.full)
