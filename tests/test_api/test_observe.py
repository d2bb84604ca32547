"""The log and the measurements of a server."""

from __future__ import annotations

import logging
from pathlib import Path

import orjson

from realty_cli.api.observe import Log, Meter, ToLog


def lines(path: Path) -> list[dict[str, object]]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


def test_one_object_a_line_whatever_is_in_it(tmp_path: Path) -> None:
    log = Log(tmp_path / "logs" / "serve.log")
    odd = "a\r\n{}\x1b[2J\u2028"
    log.add({"path": odd})
    log.add({"path": "\udcff"})
    log.flush()
    found = lines(tmp_path / "logs" / "serve.log")
    assert found == [{"path": odd}, {"path": "'\\udcff'"}]
    assert (tmp_path / "logs" / "serve.log").stat().st_mode & 0o777 == 0o600
    log.close()


def test_it_is_put_aside_when_it_is_large_and_none_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "serve.log"
    log = Log(path, most_bytes=500, keep=2)
    for number in range(30):
        log.add({"number": number, "filling": "x" * 80})
        log.flush()
    log.close()
    kept = [path.with_name("serve.log.2"), path.with_name("serve.log.1"), path]
    numbers = [line["number"] for one in kept for line in lines(one)]
    assert numbers == list(range(numbers[0], 30))  # type: ignore[arg-type]
    assert all(one.stat().st_size <= 500 for one in kept)
    assert not path.with_name("serve.log.3").exists()


def test_moved_away_it_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "serve.log"
    log = Log(path)
    log.add({"number": 1})
    log.flush()
    path.rename(tmp_path / "moved")
    log.add({"number": 2})
    log.flush()
    log.close()
    assert (lines(tmp_path / "moved"), lines(path)) == ([{"number": 1}], [{"number": 2}])


def test_221_what_cannot_be_written_is_counted(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for place in (tmp_path / "file" / "serve.log", tmp_path):
        log = Log(place)
        log.add({"number": 1})
        log.flush()
        assert log.lost == 1
        log.close()
    full = Log(Path("/dev/full"))
    full.add({"number": 1})
    full.flush()
    assert full.lost == 1
    full.close()


def test_a_mistake_is_logged_without_the_values_in_it(tmp_path: Path) -> None:
    path = tmp_path / "serve.log"
    log = Log(path)
    logger = logging.getLogger("tests.observe")
    logger.addHandler(ToLog(log))
    logger.propagate = False
    secret = "hunter" + str(2)
    try:
        raise ValueError(f"the password is {secret}")
    except ValueError:
        logger.exception("internal error %s", "abc")
    log.close()
    (found,) = lines(path)
    assert (found["message"], found["error"], found["level"]) == ("internal error abc", "ValueError", "error")
    assert "test_a_mistake" in str(found["traceback"])
    assert secret not in path.read_text()


def test_measurements_of_all_workers(tmp_path: Path) -> None:
    one, other = Meter(), Meter()
    one.add("GET", "/a", 200, 0.002)
    other.add("GET", "/a", 200, 0.2)
    other.add("POST", '/b"\n', 201, 20.0)
    other.save(tmp_path / "meter-2.json")
    (tmp_path / "meter-3.json").write_text("torn")
    text = one.joined([tmp_path / "meter-2.json", tmp_path / "meter-3.json"]).exposition({"realty_lost_total": 3})
    assert 'realty_requests_total{method="GET",route="/a",status="200"} 2\n' in text
    assert 'realty_requests_total{method="POST",route="/b\\"\\n",status="201"} 1\n' in text
    assert 'realty_request_seconds_bucket{route="/a",le="0.0025"} 1\n' in text
    assert 'realty_request_seconds_bucket{route="/a",le="+Inf"} 2\n' in text
    assert 'realty_request_seconds_sum{route="/a"} 0.202000\n' in text
    assert "# TYPE realty_lost_total counter\nrealty_lost_total 3\n" in text
