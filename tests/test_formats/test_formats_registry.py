from __future__ import annotations

from pathlib import Path

import pytest

from realty_cli.errors import Invalid
from realty_cli.formats.registry import CODECS, codec_for


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("flats.csv", "csv"),
        ("Квартиры.CSV", "csv"),
        ("flats.tsv", "tsv"),
        ("flats.json", "json"),
        ("flats.jsonl", "jsonl"),
        ("flats.ndjson", "jsonl"),
        ("archive.2024.xlsx", "xlsx"),
    ],
)
def test_suffix_names_the_codec(path: str, name: str) -> None:
    assert codec_for(path).name == name
    assert codec_for(Path("somewhere") / path).name == name


def test_given_name_beats_the_suffix() -> None:
    assert codec_for("flats.txt", "csv").name == "csv"
    assert codec_for("flats.csv", " NDJSON ").name == "jsonl"
    assert codec_for("-", "json").name == "json"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("flats.xls", None),
        ("flats.xlsm", None),
        ("flats", None),
        ("-", None),
        ("", None),
        (".csv", None),
        ("flats.csv", "../../etc/passwd"),
        ("flats.csv", "csv.json"),
        ("flats.csv", ""),
        ("flats.csv", "{0.__class__}"),
    ],
)
def test_everything_else_is_refused_with_the_known_names(path: str, name: str | None) -> None:
    with pytest.raises(Invalid) as caught:
        codec_for(path, name)
    (problem,) = caught.value.fields
    assert (problem.field, problem.code) == ("format", "format.unknown")
    assert problem.params["known"] == "csv, tsv, json, jsonl, xlsx"


def test_every_codec_is_found_by_its_own_name_and_suffixes() -> None:
    for name, codec in CODECS.items():
        assert codec_for("x", name) is codec
        assert all(codec_for("x" + suffix) is codec for suffix in codec.suffixes)
        assert "/" in codec.media_type
