"""A client is generated from /openapi.json by a generator of others, and enters and lists listings with it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.test_api.conftest import Serve
from tests.test_api.test_properties_photos import picture

_GENERATOR = "openapi-python-client==0.29.1"
_CONFIG = """\
post_hooks: []
content_type_overrides:
  image/jpeg: application/octet-stream
"""


def _run(words: list[str | Path], path: list[Path], stdin: bytes = b"") -> str:
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path)), "PYTHONWARNINGS": "ignore"}
    done = subprocess.run([sys.executable, *words], env=env, input=stdin, capture_output=True, check=False)
    said = done.stdout.decode() + done.stderr.decode()
    assert done.returncode == 0, said[-5_000:]
    return said


@pytest.fixture(scope="module")
def generator(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """In a folder of its own: it asks for an older typer than we do."""
    folder = tmp_path_factory.mktemp("generator")
    words = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder), _GENERATOR]
    installed = subprocess.run(words, capture_output=True, text=True, check=False)
    if installed.returncode:
        reason = f"{_GENERATOR} cannot be installed here: {installed.stderr[-300:]}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


def test_a_generated_client_enters_and_lists_listings(generator: Path, serve: Serve, tmp_path: Path) -> None:
    served = serve()
    document, config, client = (tmp_path / name for name in ("openapi.json", "config.yml", "client"))
    document.write_bytes(httpx.get(served.url + "/openapi.json", timeout=30).content)
    config.write_text(_CONFIG)
    said = _run(
        ["-m", "openapi_python_client", "generate", "--path", document, "--output-path", client, "--config", config],
        [generator],
    )
    assert "WARNING" not in said, said
    assert "ERROR" not in said, said
    program = Path(__file__).with_name("generated_client.py")
    assert "done" in _run([program, served.url], [client, generator], picture())
