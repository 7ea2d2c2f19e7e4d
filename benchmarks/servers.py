"""Servers of the sides: one process each, on a free port of loopback."""

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from benchmarks.cluster import PROJECT

THREADS = 2
PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": secrets.token_hex(50),
    "ALLOWED_HOSTS": "127.0.0.1",
    "SECURE_SSL_REDIRECT": "off",
    "LOG_LEVEL": "WARNING",
    **{
        f"API_RATE_{name}": "none"
        for name in ("ANONYMOUS", "TOKEN", "EXPORT", "SEARCH", "AS_OF")
    },
}
# By side: the application and the settings it reads.
REGISTRY = {"app": "registry.wsgi", "DJANGO_SETTINGS_MODULE": "benchmarks.settings"}
UNCACHED = REGISTRY | {"BENCHMARKS_CACHE": "off"}
PLAIN = {
    "app": "benchmarks.plain_wsgi",
    "DJANGO_SETTINGS_MODULE": "benchmarks.plain_settings",
}
FLOOR = {"app": "benchmarks.floor"}


@dataclass(frozen=True)
class Server:
    """A side that answers."""

    port: int
    pid: int

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of one answer."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=300)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request("GET", path, headers=named)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def megabytes(self) -> float:
        """The most that its workers have held in memory, together."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return sum(_peak(int(child)) for child in children.split()) / 1024

    def forget_peak(self) -> None:
        """Count the peak anew from what is held now."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        for child in children.split():
            Path(f"/proc/{child}/clear_refs").write_text("5")


def _peak(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@contextmanager
def serving(side: dict[str, str], address: str, **more: str) -> Iterator[Server]:
    """The side's server over that database while it is needed."""
    port = free_port()
    environment = os.environ | PRODUCTION | side | {"DATABASE_URL": address} | more
    environment.pop("app")
    command = [
        sys.executable, "-m", "gunicorn", side["app"], "--bind", f"127.0.0.1:{port}",
        "--workers", "1", "--threads", str(THREADS), "--worker-class", "gthread",
        "--keep-alive", "60", "--timeout", "600", "--log-level", "warning",
        "--no-control-socket",
    ]  # fmt: skip
    with started(command, port, environment) as server:
        yield server


@contextmanager
def started(
    command: list[str], port: int, environment: dict[str, str]
) -> Iterator[Server]:
    """A process that listens on the port; it ends with the block."""
    process = subprocess.Popen(
        command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        for _time in range(300):
            with socket.socket() as asked:
                if not asked.connect_ex(("127.0.0.1", port)):
                    break
            if process.poll() is not None:
                raise RuntimeError(f"It does not start: {' '.join(command)}")
            time.sleep(0.1)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(30)
