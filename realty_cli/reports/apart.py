"""Drawing in a process of its own: what draws and sets takes a hundred MiB, and they go when it is done.

`python -m realty_cli.reports.apart` reads one task from standard input and writes what became of it. Both ends are
ours, on one machine: nothing that came from outside is unpickled but as texts inside our own values.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from realty_cli.errors import RealtyError, Unavailable

#: Seconds after which a document is given up.
_PATIENCE = 120


def apart(action: Callable[..., Any], *args: Any) -> Any:
    """What `action`, a function of a module, gives for these values. Raises what it raises, and Unavailable where the
    process dies or takes too long."""
    task = pickle.dumps((action, args))
    command = [sys.executable, "-m", "realty_cli.reports.apart"]
    try:
        ran = subprocess.run(command, input=task, capture_output=True, timeout=_PATIENCE, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable("report.failed", reason=type(error).__name__) from None
    if ran.returncode != 0:
        last = ran.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise Unavailable("report.failed", reason=last[:200] or str(ran.returncode))
    found = pickle.loads(ran.stdout)  # noqa: S301 - our own process wrote it
    if isinstance(found, RealtyError):
        raise found
    return found


def main() -> None:
    action, args = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 - our own process wrote it
    try:
        found = action(*args)
    except RealtyError as error:
        found = error
    sys.stdout.buffer.write(pickle.dumps(found))


if __name__ == "__main__":
    main()
