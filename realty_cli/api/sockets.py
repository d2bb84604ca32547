"""What a server needs of the machine: an address to listen on, files to hold connections, a certificate."""

from __future__ import annotations

import errno
import os
import resource
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from realty_cli.errors import Invalid, Unavailable

_BACKLOG = 2_048
#: Files that a worker opens besides its connections: stores of its threads, log, photos, uploads.
_OWN_FILES = 160
_FEWEST = 8
_LISTENING = "0A"


@dataclass(frozen=True, slots=True)
class Address:
    host: str
    port: int
    workers: int = 1
    certificate: Path | None = None
    key: Path | None = None


def open_socket(address: Address, stall: float) -> socket.socket:
    """The socket that all workers share, listening: whoever comes before they are ready waits. An answer of which
    nothing is taken for `stall` seconds is given up. Raises Unavailable where it cannot be had, and says why."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(stall * 1_000))
    try:
        found.bind((address.host, address.port))
        found.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        found.close()
        raise _refusal(address, error) from error
    return found


def _refusal(address: Address, error: OSError | OverflowError) -> Unavailable:
    host, port = address.host, address.port
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        if holder := holder_of(port):
            return Unavailable("server.port_taken_by", host=host, port=port, holder=holder)
        return Unavailable("server.port_taken", host=host, port=port)
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return Unavailable("server.no_address", host=host, port=port, reason=reason)


def holder_of(port: int) -> str:
    """The program that listens on a port, as far as this user may know; empty if it cannot be told."""
    wanted = {f"socket:[{inode}]" for inode in _listeners(port)}
    for folder in Path("/proc").glob("[0-9]*/fd") if wanted else ():
        with suppress(OSError):
            if any(os.readlink(entry) in wanted for entry in folder.iterdir()):  # noqa: PTH115 - a socket is no path
                name = (folder.parent / "comm").read_text(errors="replace").strip()
                return f"{name} ({folder.parent.name})"
    return ""


def _listeners(port: int) -> set[str]:
    found = set()
    for name in ("tcp", "tcp6"):
        with suppress(OSError, ValueError, IndexError):
            for line in Path("/proc/net", name).read_text().splitlines()[1:]:
                parts = line.split()
                if parts[3] == _LISTENING and int(parts[1].rpartition(":")[2], 16) == port:
                    found.add(parts[9])
    return found


def room_for(connections: int) -> int:
    """How many connections the system lets a process hold, up to this number; its own bound is raised where it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + connections // 8 + _OWN_FILES
    if soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))
            soft = min(wanted, hard)
    return max(_FEWEST, min(connections, (soft - _OWN_FILES) * 8 // 9))


def check_certificate(address: Address) -> None:
    """Raise Invalid for a certificate that no connection could be made with."""
    if address.certificate is None:
        if address.key is not None:
            raise Invalid.one("certificate", "server.no_certificate")
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(address.certificate, address.key)
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise Invalid.one("certificate", "server.bad_certificate", reason=reason) from error
