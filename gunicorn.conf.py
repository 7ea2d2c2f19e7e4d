"""gunicorn reads this file by itself where it is started in this folder."""

logger_class = "registry.gunicorn.Logger"
# Its control socket would lie in the home folder.
control_socket_disable = True
# No header says below which address the site lies: a client could send it as well.
forwarder_headers = ""
