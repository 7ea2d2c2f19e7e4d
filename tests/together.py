"""Jobs that run at once, each in a thread with a connection of its own."""

import threading

from django.db import connections


def run_together(jobs):
    """Start all, wait for all; what one raised is raised here."""
    failed = []
    ready = threading.Barrier(len(jobs))

    def run(job):
        try:
            ready.wait()
            job()
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
