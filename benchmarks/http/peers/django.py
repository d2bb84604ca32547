"""Django Ninja and Django REST framework over one project, `django_site` beside this file, under gunicorn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.http.listings import PAGE, Listings, plain_store
from benchmarks.http.peers.base import APPS, FORM, NAME, PASSWORD, Peer, post, query, run
from benchmarks.http.process import HOST, Answer, Launch, Server, Shot

SITE = APPS / "django_site"
_USER = (
    "import django, sys; django.setup(); from django.contrib.auth.models import User;"
    " User.objects.create_user(sys.argv[1], 'a@example.com', sys.argv[2])"
)


class _Django(Peer):
    base = ""
    ready_path = "/none"
    packages = (
        "Django==5.2.*", "djangorestframework==3.18.3", "djangorestframework-simplejwt==5.5.1", "django-ninja==1.7.1",
        "gunicorn==27.0.1",
    )  # fmt: skip

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        self.home = place / "django"  # both serve the same installation and the same store

    def seed(self, folder: Path, listings: Listings) -> None:
        plain_store(folder / self.database, listings)
        python, environment = self.home / "venv" / "bin" / "python", self._environment(folder)
        run([python, "-m", "django", "migrate", "--run-syncdb"], environment=environment)
        run([python, "-c", _USER, NAME, PASSWORD], environment=environment)

    def launch(self, folder: Path, port: int) -> Launch:
        command = [str(self.home / "venv" / "bin" / "gunicorn"), "django.core.wsgi:get_wsgi_application()"]
        options = ["--bind", f"{HOST}:{port}", "--workers", "1", "--worker-class", "gthread", "--threads", "8"]
        return Launch([*command, *options], folder, self._environment(folder))

    def sign_in(self, server: Server) -> None:
        self.headers = {"Authorization": f"Bearer {self.item(server.ask(self.login()))['access']}"}

    def login(self) -> Shot:
        raise NotImplementedError

    def _environment(self, folder: Path) -> dict[str, str]:
        return {
            "STORE": str(folder / self.database), "DJANGO_SETTINGS_MODULE": "settings", "PYTHONPATH": str(SITE),
        }  # fmt: skip


class Ninja(_Django):
    name = "ninja"
    title = "Django Ninja"
    notes = "Python, gunicorn gthread 8; SQLite in WAL, NORMAL; JWT decoded and the user read each time"

    def one(self, number: int) -> Shot:
        return Shot("GET", f"/ninja/properties/{number}")

    def page(self, price_max: int, *, total: bool) -> Shot:
        return query("/ninja/properties", deal_type="sale", price_max=price_max, limit=PAGE, total=str(total).lower())

    def deep(self, offset: int) -> Shot:
        return query("/ninja/properties", deal_type="sale", limit=PAGE, offset=offset)

    def create(self, fields: dict[str, Any]) -> Shot:
        return post("/ninja/properties", fields)

    def login(self) -> Shot:
        return post("/ninja/login", {"username": NAME, "password": PASSWORD}, FORM)

    def items(self, answer: Answer) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.item(answer)["items"]
        return found


class Drf(_Django):
    name = "drf"
    title = "DRF + simplejwt"
    notes = "Python, gunicorn gthread 8; SQLite in WAL, NORMAL; JWT decoded and the user read each time; counts always"

    def one(self, number: int) -> Shot:
        return Shot("GET", f"/drf/properties/{number}/")

    def page(self, price_max: int, *, total: bool) -> Shot | None:
        return query("/drf/properties/", deal_type="sale", price_max=price_max, limit=PAGE) if total else None

    def deep(self, offset: int) -> Shot:
        return query("/drf/properties/", deal_type="sale", limit=PAGE, offset=offset)

    def create(self, fields: dict[str, Any]) -> Shot:
        return post("/drf/properties/", fields)

    def login(self) -> Shot:
        return post("/drf/login", {"username": NAME, "password": PASSWORD})

    def items(self, answer: Answer) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.item(answer)["results"]
        return found
