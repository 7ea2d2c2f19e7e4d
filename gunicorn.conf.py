"""gunicorn reads this file by itself where it is started in this folder."""

logger_class = "registry.gunicorn.Logger"
# Its control socket would lie in the home folder.
control_socket_disable = True
# No header of a client says where the site is mounted.
forwarder_headers = ""
# A hundred codes, each comma as three characters, and a cursor.
limit_request_line = 8190
