"""Drawing in a process of its own: what draws and sets takes a hundred MiB, and they go when it is done."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from realty_cli.errors import RealtyError, Unavailable

#: Seconds after which a document is given up.
_PATIENCE = 120.0


def apart(action: Callable[..., Any], *args: Any) -> Any:
    """What `action`, a function of a module, gives for these values. Raises the errors of ours that it raises, and
    Unavailable where the process dies or takes too long."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=_work, args=(there, action, args), daemon=True)
    child.start()
    there.close()
    try:
        if not here.poll(_PATIENCE):
            raise Unavailable("report.failed", reason="timeout")
        found = here.recv()
    except EOFError:
        child.join(1)
        raise Unavailable("report.failed", reason=f"exit {child.exitcode}") from None
    finally:
        if child.is_alive():
            child.join(1)
            child.kill()
        here.close()
    if isinstance(found, RealtyError):
        raise found
    return found


def _work(answer: Connection, action: Callable[..., Any], args: tuple[Any, ...]) -> None:
    try:
        found = action(*args)
    except RealtyError as error:
        found = error
    answer.send(found)
