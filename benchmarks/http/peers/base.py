"""What the measurement asks of a server under test: install, fill, start, sign in, and say how requests look."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.http.listings import PAGE, Listings
from benchmarks.http.process import Answer, Launch, Server, Shot, common_environment

NAME, EMAIL, PASSWORD = "anna", "anna@example.com", "correct-horse-7-battery"
APPS = Path(__file__).parent
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Peer:
    """A server. `place` keeps what is installed and the filled store between runs; each run works on a copy.

    A method that makes a request answers None where the server cannot do it: the cell stays empty.
    """

    name = ""
    title = ""
    notes = ""  # how it keeps what it acknowledged, and how it knows its callers: shown under the tables
    ready_path = "/"
    packages: Sequence[str] = ()
    can_refuse = True
    database = "store.db"
    table = "properties"

    def __init__(self, place: Path) -> None:
        self.home = place / self.name
        self.headers: dict[str, str] = {}
        self.mark = ""

    # Setting up --------------------------------------------------------------------------------------------------

    def prepare(self, listings: Listings) -> None:
        """Install and fill, each once for what it depends on."""
        self.home.mkdir(parents=True, exist_ok=True)
        self._once("installed", " ".join(self.packages), self.install)
        self._once("seeded", f"{len(listings.rows)} {' '.join(self.packages)}", lambda: self._seed_anew(listings))

    def install(self) -> None:
        """By default: the Python packages, into an environment of their own."""
        run([sys.executable, "-m", "venv", "--clear", self.home / "venv"])
        python = self.home / "venv" / "bin" / "python"
        run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *self.packages])
        run([python, "-m", "compileall", "-q", self.home / "venv" / "lib"], check=False)

    def seed(self, folder: Path, listings: Listings) -> None:
        """Fill a store in `folder`; nothing runs there afterwards."""
        raise NotImplementedError

    def launch(self, folder: Path, port: int) -> Launch:
        raise NotImplementedError

    def start(self, folder: Path, port: int) -> Server:
        """A server over a fresh copy of the filled store, answering."""
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.home / "seed", folder)
        server = Server(self.launch(folder, port), port)
        server.wait(self.ready_path)
        return server

    def sign_in(self, server: Server) -> None:
        """Fill `headers` with the credential that every request carries."""

    def find_mark(self, server: Server, listings: Listings) -> None:
        """Fill `mark` with what `cursor` needs to begin where the deep page does."""

    # Requests ----------------------------------------------------------------------------------------------------

    def one(self, number: int) -> Shot | None:
        raise NotImplementedError

    def page(self, price_max: int, *, total: bool) -> Shot | None:
        """The newest 20 for sale up to a price."""
        raise NotImplementedError

    def deep(self, offset: int) -> Shot | None:
        return None

    def cursor(self) -> Shot | None:
        return None

    def create(self, fields: dict[str, Any]) -> Shot | None:
        return None

    def login(self) -> Shot | None:
        return None

    # Answers -----------------------------------------------------------------------------------------------------

    def items(self, answer: Answer) -> list[dict[str, Any]]:
        raise NotImplementedError

    def item(self, answer: Answer) -> dict[str, Any]:
        found = answer.data
        assert isinstance(found, dict)
        return found

    def _seed_anew(self, listings: Listings) -> None:
        shutil.rmtree(self.home / "seed", ignore_errors=True)
        (self.home / "seed").mkdir()
        self.seed(self.home / "seed", listings)

    def _once(self, what: str, state: str, action: Any) -> None:
        stamp = self.home / what
        if stamp.exists() and stamp.read_text() == state:
            return
        print(f"{self.name}: to be {what}", file=sys.stderr, flush=True)
        action()
        stamp.write_text(state)


def run(command: Sequence[str | Path], *, check: bool = True, **more: Any) -> str:
    """A step of setting up; when it fails the measurement ends with what it said."""
    environment = {**common_environment(), **more.pop("environment", {})}
    done = subprocess.run(list(map(str, command)), env=environment, capture_output=True, text=True, **more)
    if check and done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))} failed: {(done.stdout + done.stderr)[-1500:]}")
    return done.stdout


def post(path: str, body: object, headers: Mapping[str, str] = JSON) -> Shot:
    """A POST of JSON, or of a form when the headers say so."""
    text = (
        json.dumps(body, ensure_ascii=False) if headers.get("Content-Type") == JSON["Content-Type"] else urlencode(body)
    )  # type: ignore[arg-type]
    return Shot("POST", path, text, headers)


def query(path: str, **parameters: object) -> Shot:
    return Shot("GET", f"{path}?{urlencode(parameters)}")


def page_number(offset: int) -> int:
    return offset // PAGE + 1
