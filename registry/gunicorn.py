"""What gunicorn says of itself, in the form of the registry's own log."""

import os

from gunicorn import glogging

from registry import logs


class Logger(glogging.Logger):
    """JSON lines in production; requests are logged by the application itself."""

    def setup(self, cfg: object) -> None:
        super().setup(cfg)
        if os.environ.get("ENVIRONMENT") == "production":
            for handler in self.error_log.handlers:
                handler.addFilter(logs.WithRequestId())
                handler.setFormatter(logs.Structured())
