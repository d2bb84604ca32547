"""Pictures for a listing: from bytes that a stranger sent to checked JPEG copies that are safe to keep and to serve.

Nothing of the file that came in is stored. The picture is decoded, turned upright, brought to sRGB, laid on white where
it was transparent, made smaller where it is too large, and written anew as JPEG, which every browser, portal and
messenger takes. Where it was taken, with what and by whom (EXIF, XMP, IPTC, comments) is not carried over.

Only JPEG, PNG and WebP are ever decoded, told apart by their first bytes and never by a name. An animation is refused:
it is no photograph, and choosing one of its frames would be a guess. Of a JPEG that carries more pictures (stereo,
motion photo, HDR gain map) the first is taken.

The same bytes give the same result as long as the same Pillow is installed; `original_sha256` recognises a repeated
file beyond that. No store, no disk, no clock: bytes in, bytes out.
"""

from __future__ import annotations

import hashlib
import io
import threading
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image, ImageChops, ImageCms
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from realty_cli.errors import Invalid
from realty_cli.properties.image_headers import ImageHeader, read_header, refuse

# While it is decoded a picture takes 4 to 20 bytes a pixel, so a handful of requests at once could take all memory.
# They take turns here; encoding, which works on the reduced picture, runs side by side.
_decoding = threading.Lock()

# Asked by name and not through Image.open, which loads every decoder that is installed and would find the others too.
_DECODERS: dict[str, type[JpegImageFile | PngImageFile | WebPImageFile]] = {
    "JPEG": JpegImageFile,
    "PNG": PngImageFile,
    "WEBP": WebPImageFile,
}
_SRGB = ImageCms.createProfile("sRGB")
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_MEDIA_TYPE = "image/jpeg"


@dataclass(frozen=True, slots=True)
class ImageLimits:
    """What is taken and what is made of it.

    `max_bytes` of the file as sent; `max_pixels` of the picture as sent (the default lets pass what cameras sold as
    50 megapixels write, up to 8192 x 6144); `long_side` of the stored picture and `thumbnails`, both in pixels;
    `quality` of the JPEG, 1 to 95. Pictures are never enlarged.
    """

    max_bytes: int = 25 * 2**20
    max_pixels: int = 52_000_000
    long_side: int = 2560
    thumbnails: tuple[int, ...] = (320, 1024)
    quality: int = 85


@dataclass(frozen=True, slots=True)
class PreparedPhoto:
    """`full` and `thumbnails` (by the long side asked for) are JPEG files; `width` and `height` are those of `full`.

    `sha256` is of `full`, `original_sha256` of the bytes as sent, both in hexadecimal.
    """

    full: bytes
    thumbnails: dict[int, bytes]
    width: int
    height: int
    media_type: str
    sha256: str
    original_sha256: str

    @property
    def byte_size(self) -> int:
        """The size of `full` in bytes."""
        return len(self.full)


def prepare(data: bytes | BinaryIO, limits: ImageLimits | None = None) -> PreparedPhoto:
    """Check a picture and make the copies that are stored; a stream is read from where it stands, never past the limit.

    Blocks while another thread decodes, and takes about 0.4 seconds for 12 megapixels: never call it inside a
    transaction or on an event loop.

    Raises Invalid for the field `file`: `photo.too_large`, `photo.not_an_image`, `photo.heic`, `photo.animated`,
    `photo.too_many_pixels`, `photo.truncated`, `photo.broken`.
    """
    limits = limits or ImageLimits()
    raw = data if isinstance(data, bytes) else _read(data, limits.max_bytes + 1)
    if len(raw) > limits.max_bytes:
        raise refuse("photo.too_large", limit_mb=limits.max_bytes / 2**20)
    header = read_header(raw)
    if header.frames > 1:
        raise refuse("photo.animated")
    # Pillow warns past a number of pixels of its own; staying below it keeps that warning from ever being given.
    most = min(limits.max_pixels, Image.MAX_IMAGE_PIXELS or limits.max_pixels)
    if header.width * header.height > most:
        raise refuse(
            "photo.too_many_pixels", width=header.width, height=header.height, limit_megapixels=most / 1_000_000
        )

    picture = _decoded(header, _fit((header.width, header.height), limits.long_side))
    picture = _in_srgb(_on_white(picture), header.profile)
    if header.orientation in _UPRIGHT:
        picture = picture.transpose(_UPRIGHT[header.orientation])

    full = _jpeg(picture, limits.quality)
    thumbnails: dict[int, bytes] = {}
    smaller = picture
    for side in sorted(limits.thumbnails, reverse=True):
        size = _fit(picture.size, side)
        if size == picture.size:
            thumbnails[side] = full
            continue
        smaller = smaller.resize(size, Image.Resampling.BICUBIC)
        thumbnails[side] = _jpeg(smaller, limits.quality)
    return PreparedPhoto(
        full=full,
        thumbnails=thumbnails,
        width=picture.width,
        height=picture.height,
        media_type=_MEDIA_TYPE,
        sha256=hashlib.sha256(full).hexdigest(),
        original_sha256=hashlib.sha256(raw).hexdigest(),
    )


def _read(stream: BinaryIO, most: int) -> bytes:
    parts: list[bytes] = []
    while most > 0 and (part := stream.read(most)):
        parts.append(part)
        most -= len(part)
    return b"".join(parts)


def _fit(size: tuple[int, int], long_side: int) -> tuple[int, int]:
    """The size, its longer side at most `long_side`, in the same proportions."""
    longest = max(size)
    if longest <= long_side:
        return size
    width, height = (max(1, round(side * long_side / longest)) for side in size)
    return width, height


def _decoded(header: ImageHeader, size: tuple[int, int]) -> Image.Image:
    """The picture at `size`, in one of the modes L, La, RGB, RGBa, CMYK."""
    with _decoding:
        try:
            picture = _in_plain_mode(_loaded(header, size))
        except (Invalid, MemoryError):
            raise
        except Exception as problem:  # a decoder raises what it likes over a stranger's bytes
            raise refuse("photo.truncated" if "truncated" in str(problem) else "photo.broken") from problem
        return picture if picture.size == size else picture.resize(size, Image.Resampling.BICUBIC)


def _loaded(header: ImageHeader, size: tuple[int, int]) -> Image.Image:
    image = _DECODERS[header.format](io.BytesIO(header.pixels))
    if image.size != (header.width, header.height) or getattr(image, "n_frames", 1) != 1:
        raise refuse("photo.broken")
    image.draft(None, size)  # a JPEG at least twice too large is decoded at a half, a quarter or an eighth
    image.load()
    return image


def _in_plain_mode(image: Image.Image) -> Image.Image:
    """Palettes, bilevel, 16-bit and "this colour is transparent" become ordinary channels of 8 bits.

    Transparent pictures come back premultiplied, so that the hidden colours do not bleed when the picture is reduced.
    """
    if image.mode.startswith("I"):
        # Pillow's own conversion clips at 255 instead of scaling.
        return image.point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in ("LA", "RGBA"):
        return image.convert(image.mode[:-1] + "a")
    if image.has_transparency_data:
        return image.convert("LA").convert("La") if image.mode in ("1", "L") else image.convert("RGBA").convert("RGBa")
    if image.mode in ("L", "RGB", "CMYK"):
        return image
    return image.convert("RGB")


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode not in ("La", "RGBa"):
        return picture
    *colours, alpha = picture.split()
    showing_through = ImageChops.invert(alpha)
    return Image.merge(picture.mode[:-1], [ImageChops.add(colour, showing_through) for colour in colours])


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    if profile is not None:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, source, _SRGB, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            converted = None  # a profile that is damaged or made for other colours: viewers ignore it as well
        if converted is not None:
            return converted
    return picture.convert("RGB")


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, progressive=True, subsampling="4:2:0")
    return out.getvalue()
