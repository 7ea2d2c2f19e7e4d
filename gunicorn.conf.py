"""gunicorn reads this file by itself where it is started in this folder."""

import socket

logger_class = "registry.gunicorn.Logger"
# Its control socket would lie in the home folder.
control_socket_disable = True
# No header of a client says where the site is mounted.
forwarder_headers = ""
# A hundred codes, each comma as three characters, and a cursor.
limit_request_line = 8190
# A client that takes nothing for so many milliseconds is given up, so that it holds no
# thread for longer.
TAKES_NOTHING = 60_000


def when_ready(server):
    """Connections have of their listener how long the kernel waits for a client."""
    if not hasattr(socket, "TCP_USER_TIMEOUT"):
        # Not on Linux, where nobody else is served.
        return
    for listener in server.LISTENERS:
        if listener.sock.family in (socket.AF_INET, socket.AF_INET6):
            listener.sock.setsockopt(
                socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, TAKES_NOTHING
            )
