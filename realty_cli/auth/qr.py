"""A text as a picture that a phone reads."""

from __future__ import annotations

import io


def svg(text: str) -> str:
    """The QR code as an SVG element, to be put into a page."""
    import segno

    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", scale=4, xmldecl=False, nl=False)
    return out.getvalue().decode()


def block_text(text: str) -> str:
    """The QR code in half blocks, two rows of it in one of the terminal; dark on a light ground is inverted there."""
    import segno

    rows = [list(row) for row in segno.make(text, error="l", micro=False).matrix_iter(border=2)]
    if len(rows) % 2:
        rows.append([0] * len(rows[0]))
    halves = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return "\n".join("".join(halves[bool(a), bool(b)] for a, b in zip(top, low, strict=True)) for top, low in pairs)
