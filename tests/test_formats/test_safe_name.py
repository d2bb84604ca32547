"""File names made from what people write as titles."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realty_cli.formats.safe_name import safe_file_name


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("2-к квартира, 45 м², ул. Ленина, 5", "2-к_квартира,_45_м²,_ул._Ленина,_5"),
        ("../../etc/passwd", "etc_passwd"),
        ("..", "untitled"),
        (".", "untitled"),
        ("", "untitled"),
        (" \t\n ", "untitled"),
        ("/", "untitled"),
        ("C:\\Windows\\x", "C_Windows_x"),
        (".bashrc", "bashrc"),
        ("-rf *", "rf"),
        ("--help", "help"),
        ("~root", "root"),
        ("a\0b\x1b[31mc", "ab[31mc"),
        ("name. . .", "name"),
        ("CON", "_CON"),
        ("con.txt", "_con.txt"),
        ("nul", "_nul"),
        ("COM1", "_COM1"),
        ("COM¹", "_COM¹"),
        ("Console", "Console"),
        ("a／b＼c∕d⁄e", "a_b_c_d_e"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("lone \ud800 surrogate", "lone_surrogate"),
        ("Дом №5 «Мечта»", "Дом_№5_«Мечта»"),
        ("й", "й"),
    ],
)
def test_titles(title: str, name: str) -> None:
    assert safe_file_name(title) == name


def test_length_is_counted_in_bytes_and_letters_stay_whole() -> None:
    assert safe_file_name("я" * 500) == "я" * 60
    assert safe_file_name("x" + "😀" * 500) == "x" + "😀" * 29


@given(st.text(st.characters(), max_size=300) | st.text(alphabet="./\\ -~_:CONnul\0\u202e", max_size=12))
def test_any_title_gives_a_single_harmless_component(title: str) -> None:
    name = safe_file_name(title)
    assert 0 < len(name.encode()) <= 121
    assert Path(name).name == name
    assert os.path.normpath(os.path.join("/exports", name)) == f"/exports/{name}"
    assert name[0] not in ".-~ "
    assert name[-1] not in ". "
    assert not set(name) & set('/\\<>:"|?*\0')
    assert all(unicodedata.category(char) not in ("Cc", "Cf", "Cs") for char in name)
    assert safe_file_name(name) in (name, name.lstrip("_") or "untitled") or name.startswith("_")


def test_name_can_be_made(tmp_path: Path) -> None:
    for title in ("../../x", "я" * 300, "CON", "a:b", "..."):
        path = tmp_path / (safe_file_name(title) + ".csv")
        path.write_text("x")
        assert path.parent == tmp_path
    assert len(list(tmp_path.iterdir())) == 5
