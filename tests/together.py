"""Jobs that run at once, each in a thread with a connection of its own."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from threading import Barrier

from django.db import connections


@contextmanager
def several(number) -> Iterator:
    """For many rounds: a function that runs that many jobs at once and waits for all.

    The threads keep their connections from round to round, as a server's do. What a job
    raised is raised by the function.
    """
    with ThreadPoolExecutor(number) as threads:

        def run(jobs):
            ready = Barrier(number)

            def start(job):
                ready.wait()
                job()

            started = [threads.submit(start, job) for job in jobs]
            wait(started)
            for one in started:
                one.result()

        try:
            yield run
        finally:
            run([connections.close_all] * number)


def run_together(jobs):
    """Start all, wait for all; what one raised is raised here."""
    with several(len(jobs)) as run:
        run(jobs)
