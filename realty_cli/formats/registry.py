"""Which codec reads or writes a file: by the name given, else by the file's suffix."""

from __future__ import annotations

from pathlib import Path

from realty_cli.errors import Invalid
from realty_cli.formats.codec import Codec
from realty_cli.formats.csv_codec import CsvCodec
from realty_cli.formats.json_codec import JsonCodec, JsonLinesCodec
from realty_cli.formats.source import brief
from realty_cli.formats.xlsx_codec import XlsxCodec

CODECS: dict[str, Codec] = {
    codec.name: codec for codec in (CsvCodec("csv"), CsvCodec("tsv"), JsonCodec(), JsonLinesCodec(), XlsxCodec())
}
_BY_WORD: dict[str, Codec] = {suffix.removeprefix("."): codec for codec in CODECS.values() for suffix in codec.suffixes}


def codec_for(path: Path | str, name: str | None = None) -> Codec:
    """The codec that `name` (`--format`) names, else the one of the path's suffix; upper and lower case are one.

    Raises Invalid `format.unknown`, with the known names, for any other, also for no suffix at all.
    """
    word = (name if name is not None else Path(path).suffix.removeprefix(".")).strip().lower()
    codec = _BY_WORD.get(word)
    if codec is None:
        raise Invalid.one("format", "format.unknown", format=brief(word or str(path)), known=", ".join(CODECS))
    return codec
