"""Whatever piece of a phone is typed, in whatever notation, its owner is among those found, on both databases."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from realty_cli.clients.schemas.filters import ClientFilter
from realty_cli.kit.schema import validate
from tests.conftest import Agency
from tests.test_clients.test_clients_service import enter
from tests.test_properties.listings import examples

_SEPARATORS = st.sampled_from(["", " ", "-", " - ", ".", "\u00a0", "\u2011"])


@st.composite
def pieces(draw: st.DrawFn) -> tuple[str, str]:
    """The ten digits of a phone, and a piece of it as somebody types it."""
    national = draw(st.sampled_from(["916", "495", "903", "800", "747"])) + draw(
        st.text("0123456789", min_size=7, max_size=7)
    )
    start = draw(st.integers(0, 7))
    end = draw(st.integers(start + 3, 10))
    digits = list(national[start:end])
    typed = digits[0] + "".join(draw(_SEPARATORS) + digit for digit in digits[1:])
    if start == 0:
        code = draw(st.sampled_from(["", "8", "+7", "7", "8 ", "+7 "]))
        typed = (
            draw(st.sampled_from([code + typed, f"{code} ({national[:3]}) {national[3:end]}"]))
            if end > 3
            else code + typed
        )
    return national, typed.strip()


@examples(60)
@example(case=("9160000001", "8916000000"))
@given(case=pieces())
def test_any_piece_of_a_phone_finds_its_owner(agency: Agency, case: tuple[str, str]) -> None:
    national, typed = case
    owner = enter(agency, name="Кто-то", phones=["+7" + national])["id"]
    with agency.read() as work:
        for part in ("q", "phone"):
            page = work.clients.page(validate(ClientFilter, {part: typed, "ids": [owner]}))
            assert [one["id"] for one in page["items"]] == [owner], (part, typed)
