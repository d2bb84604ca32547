"""Reports on paper: how many pages each has, and how small its smallest letters are, for agencies of every size."""

from __future__ import annotations

import shutil
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from benchmarks.analytics import Agency as Large
from realty_cli.analytics.kinds import ReportType
from realty_cli.analytics.reports import draw
from realty_cli.app import Realty
from realty_cli.settings import Settings
from tests.conftest import Agency, HandClock
from tests.test_analytics.agencies import fill
from tests.test_analytics.test_reports import composed
from tests.test_deals.deals import create
from tests.test_deals.test_leads_of_deals import close

#: Pages from and to, as the catalogue of reports names them; a comparison without comparables says so on fewer.
PAGES = {
    "owner": (1, 1), "cma": (1, 5), "property_summary": (1, 2), "performance": (1, 2), "agency": (3, 6),
    "financial_summary": (1, 3), "event_summary": (1, 2), "client_summary": (1, 2), "sources": (1, 2), "market": (1, 2),
}  # fmt: skip
ADDRESS = (
    "Московская область, городской округ Солнечногорск, деревня Верхнее-Нижнее-Заречье, улица Академика Константина"
    " Эдуардовича Циолковского, дом 128, корпус 14, строение 3, подъезд 2, квартира "
)
#: Points.
SMALLEST = 9.0


@pytest.fixture(scope="module", params=["random", "large"])
def agency(request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Agency:
    """One with every oddity, of 90 listings in three kinds of deals, and one with thousands, a third of them of
    addresses of two hundred signs."""
    home = tmp_path_factory.mktemp("pages") / "home"
    shutil.copytree(sqlite_template, home)
    clock = HandClock()
    made = Agency(Realty(Settings(home=home, password_cost=4, keyring="off"), clock), clock)
    if request.param == "random":
        fill(made, 11, 90)
        return made
    with made.write("fill") as work:
        Large(3_000, clock.now(), work.log.operation()).fill(work)
        work.db.run("UPDATE properties SET latitude = 55.7 + id % 97 * 0.001, longitude = 37.6 + id % 89 * 0.001")
        work.db.run("UPDATE properties SET title = :say || id, address = :say || id WHERE id % 3 = 0", {"say": ADDRESS})
    return made


@pytest.mark.parametrize("kind", [one.value for one in ReportType])
def test_a_report_keeps_to_its_pages(agency: Agency, kind: str) -> None:
    document = composed(agency, kind, "ru")
    assert document.sections
    with pypdfium2.PdfDocument(draw(document, "pdf", agency.clock.now()).data) as book:
        least, most = PAGES[kind]
        assert least <= len(book) <= most
        sizes = set()
        for page in book:
            words = page.get_textpage()
            signs = [at for at in range(words.count_chars()) if not pdfium.FPDFText_IsGenerated(words.raw, at)]
            sizes |= {round(pdfium.FPDFText_GetFontSize(words.raw, at), 2) for at in signs}
            assert len(signs) > 200, "a page that is all but empty"
    assert min(sizes) >= SMALLEST


def test_a_deal_without_commission_is_not_nothing(sqlite_agency: Agency) -> None:
    number = sqlite_agency.do(create(amount=12_300_000))["id"]
    sqlite_agency.do(close(number))
    document = composed(sqlite_agency, "financial_summary", "ru", period="month")
    assert document.answer == "Закрыта 1 сделка, комиссия по ней ещё не внесена."
    assert [one.title for one in document.sections] == ["Продажа"]
