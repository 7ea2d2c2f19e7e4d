"""Load on a server: so many requests a second by wrk, else by a client in Python."""

import json
import re
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection

from benchmarks.servers import THREADS, Server

LANGUAGE = {"Accept-Language": "zh-hans"}
_SCRIPT = """
local asked = {{}}
local place = 0
init = function(args)
  local given = {{ {given} }}
  for _, one in ipairs(given) do
    table.insert(asked, wrk.format("GET", one[1], one[2]))
  end
end
request = function()
  place = place % #asked + 1
  return asked[place]
end
"""


@dataclass(frozen=True)
class Asked:
    """One address with the headers that go with it."""

    path: str
    headers: dict[str, str] = field(default_factory=dict)

    def told(self) -> dict[str, str]:
        return LANGUAGE | self.headers


# Fewer requests than this tell too little: then a side is given more time.
LEAST, LONGEST = 20, 20.0


def rate(server: Server, asked: Sequence[Asked], seconds: float) -> float:
    """Requests a second, as many at once as the server has threads, in turns."""
    drive = _wrk if shutil.which("wrk") else _python
    found = drive(server, asked, seconds)
    if found * seconds < LEAST:
        longer = LONGEST if not found else min(LEAST / found + 1, LONGEST)
        found = drive(server, asked, longer)
    if not found:
        raise RuntimeError(f"Not one answer in {LONGEST} s: {asked[0].path}")
    return found


def driver() -> str:
    """What drives the load here."""
    if not (wrk := shutil.which("wrk")):
        return "Python client"
    told = subprocess.run([wrk, "--version"], capture_output=True, text=True).stdout
    return " ".join(told.split()[:2])


def _wrk(server: Server, asked: Sequence[Asked], seconds: float) -> float:
    given = ",\n".join(map(_lua, asked))
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_SCRIPT.format(given=given))
        script.flush()
        done = subprocess.run(
            [
                "wrk", "-t1", f"-c{THREADS}", f"-d{seconds:.0f}s", "--timeout", "60",
                "-s", script.name, f"http://127.0.0.1:{server.port}",
            ],
            capture_output=True,
            text=True,
        )  # fmt: skip
    if done.returncode or "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise RuntimeError(done.stdout + done.stderr)
    found = re.search(r"Requests/sec:\s+([0-9.]+)", done.stdout)
    assert found
    return float(found[1])


def _lua(one: Asked) -> str:
    """The address and its headers as a table of wrk's language."""
    headers = (f"[{json.dumps(n)}]={json.dumps(v)}" for n, v in one.told().items())
    return f"{{{json.dumps(one.path)}, {{{', '.join(headers)}}}}}"


def _python(server: Server, asked: Sequence[Asked], seconds: float) -> float:
    """The same by threads of this process: slower, but so for every side."""
    until, counts = time.perf_counter() + seconds, []

    def ask(first: int) -> None:
        connection, number = HTTPConnection("127.0.0.1", server.port), 0
        while time.perf_counter() < until:
            one = asked[(first + number) % len(asked)]
            connection.request("GET", one.path, headers=one.told())
            answer = connection.getresponse()
            answer.read()
            assert answer.status < 400, answer.status
            number += 1
        connection.close()
        counts.append(number)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds
