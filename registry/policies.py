"""What every answer tells browsers of how it may be used, whatever it is."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

View = Callable[[HttpRequest], HttpResponseBase]

# Nothing of a device is asked for here, so no script that got in may ask either.
NOT_USED = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "microphone",
        "payment",
        "publickey-credentials-get",
        "usb",
    )
)


def say_policies(view: View) -> View:
    """Middleware: Permissions-Policy, and which sites may load the answer.

    Pages of any site may read the API, as CORS says; the rest is this site's own.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = view(request)
        api = request.path_info.startswith("/api/")
        response["Permissions-Policy"] = NOT_USED
        response["Cross-Origin-Resource-Policy"] = (
            "cross-origin" if api else "same-origin"
        )
        return response

    return answer
