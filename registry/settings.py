"""Settings, all from the environment; the defaults run the registry on this machine.

``ENVIRONMENT=production`` refuses to start on an unsafe value instead of guessing one.
Every variable is listed in docs/settings.md, and a test compares the two.
"""

from pathlib import Path

from csp.constants import NONE, SELF
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _

from registry import caches, databases, logs, production
from registry.environment import Environment

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
env = Environment()

ENVIRONMENT = env.one_of(
    "ENVIRONMENT", "development", allowed=["development", "production"]
)
PRODUCTION = ENVIRONMENT == "production"
DEBUG = env.flag("DEBUG", False)
ALLOWED_HOSTS = env.listed("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.listed("CSRF_TRUSTED_ORIGINS")
# How many proxies stand before the server and say who is behind them.
TRUSTED_PROXIES = env.whole("TRUSTED_PROXIES", 0, least=0, most=10)


def secret_key() -> str:
    """The key of the environment; outside production one made once and kept in var/."""
    given = env.text("SECRET_KEY")
    if given or PRODUCTION:
        return given
    kept = VAR_DIR / "secret-key"
    if not kept.exists():
        VAR_DIR.mkdir(exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(get_random_secret_key())
    return kept.read_text()


SECRET_KEY = secret_key()
# Keys of before, by which what they signed is known for a while.
SECRET_KEY_FALLBACKS = env.listed("SECRET_KEY_FALLBACKS")

INSTALLED_APPS = [
    # Before Django's own, since both replace commands and templates of it.
    "programs",
    "registry",
    "registry.apps.RegistryAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "django_filters",
    "knox",
    "rest_framework",
    "drf_spectacular",
]
MIDDLEWARE = [
    "registry.request_log.log_requests",
    "registry.middleware.send_no_body_on_head",
    # Before whatever may answer by itself: these headers are on every answer.
    "registry.policies.say_policies",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    # Before whatever asks under which name, or counts.
    "registry.health.answer_probes",
    "registry.middleware.CompressApi",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "registry.api.access.cross_origin.open_to_pages",
    "registry.api.access.gate.guard",
    "registry.streams.limit_streams",
    "registry.bodies.refuse_large",
    "registry.middleware.refuse_nul",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
ROOT_URLCONF = "registry.urls"
WSGI_APPLICATION = "registry.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = databases.configuration(
    env.database("DATABASE_URL", f"sqlite:///{VAR_DIR / 'registry.sqlite3'}"),
    env.replicas("REPLICA_URLS"),
    kept_for=env.whole("CONN_MAX_AGE", 60, least=0, most=86_400),
    tested_in=VAR_DIR,
)
if databases.is_embedded(DATABASES):
    VAR_DIR.mkdir(exist_ok=True)
    if len(DATABASES) > 1:
        env.refuse(
            "REPLICA_URLS is given and DATABASE_URL is SQLite",
            "只有 PostgreSQL 有只读副本",
            "only PostgreSQL has replicas",
        )
DATABASE_ROUTERS = ["registry.replicas.Router"]
CACHES = caches.configuration(env.cache("CACHE_URL"))
FIXTURE_DIRS = [BASE_DIR / "fixtures"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "registry.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
LOGIN_URL = "admin:login"
# Where a sign-in leads that was asked to lead to another site.
LOGIN_REDIRECT_URL = "admin:index"

# Failed attempts to sign in: with a name from one address, with a name from anywhere,
# from one address with whatever name; then a pause, in minutes (registry.sign_in).
SIGN_IN_ATTEMPTS = env.whole("SIGN_IN_ATTEMPTS", 5, least=1, most=1000)
SIGN_IN_ATTEMPTS_NAME = env.whole("SIGN_IN_ATTEMPTS_NAME", 50, least=1, most=10_000)
SIGN_IN_ATTEMPTS_ADDRESS = env.whole(
    "SIGN_IN_ATTEMPTS_ADDRESS", 20, least=1, most=10_000
)
SIGN_IN_PAUSE = env.whole("SIGN_IN_PAUSE", 15, least=1, most=1440)

# A session ends after so many minutes without use and so many hours in any case.
SESSION_ENGINE = "registry.sessions"
SESSION_IDLE_MINUTES = env.whole("SESSION_IDLE_MINUTES", 120, least=1, most=1440)
SESSION_HOURS = env.whole("SESSION_HOURS", 12, least=1, most=168)
SESSION_COOKIE_AGE = SESSION_HOURS * 3600

# A record that nobody verified for so many days is stale.
STALE_AFTER_DAYS = env.whole("STALE_AFTER_DAYS", 180, least=0, most=36_500)

# How many seconds old a count of the admin may be that takes long (admin.kept).
COUNTS_KEPT = env.whole("COUNTS_KEPT", 60, least=0, most=3600)

# Whether a change of what everybody sees has to say why.
REASON_REQUIRED = env.flag("REASON_REQUIRED", True)
# Whether nobody changes what is published without another person's review.
FOUR_EYES = env.flag("FOUR_EYES", False)

# How many files a process sends at once, and for how many minutes at most each.
STREAMS_AT_ONCE = env.whole("STREAMS_AT_ONCE", 4, least=1, most=1000)
STREAM_MINUTES = env.whole("STREAM_MINUTES", 30, least=1, most=1440)

# The program that makes PDFs; empty for the first of the usual names on the machine.
CHROMIUM = env.text("CHROMIUM")

# Where the nightly run puts a backup, and how many of them stay; empty for none.
BACKUP_DIR = env.text("BACKUP_DIR")
BACKUP_KEEP = env.whole("BACKUP_KEEP", 14, least=1, most=10_000)

# Whether the API answers those who send no token.
API_ANONYMOUS = env.flag("API_ANONYMOUS", True)
# How often one may ask the API: an address, a token; of those, for files, searches
# and earlier days.
API_RATES = {
    "anonymous": env.rate("API_RATE_ANONYMOUS", "3000/hour"),
    "token": env.rate("API_RATE_TOKEN", "30000/hour"),
    "export": env.rate("API_RATE_EXPORT", "300/hour"),
    "search": env.rate("API_RATE_SEARCH", "1000/hour"),
    "as_of": env.rate("API_RATE_AS_OF", "1000/hour"),
}
# For how many days a token can be made at most.
API_TOKEN_DAYS = env.whole("API_TOKEN_DAYS", 365, least=1, most=3650)
KNOX_TOKEN_MODEL = "registry.Token"  # noqa: S105  # the name of a model
REST_KNOX = {"TOKEN_MODEL": KNOX_TOKEN_MODEL, "TOKEN_PREFIX": "tfr_"}
# Its own table would stay empty: tokens are ours.
MIGRATION_MODULES = {"knox": None}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
WHITENOISE_USE_FINDERS = not PRODUCTION
if not PRODUCTION:
    # Nothing is collected here, but whitenoise warns where the folder is missing.
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
# By this prefix browsers take them from this very host and over HTTPS alone, so that
# no neighbour under the same domain sets them.
COOKIE_PREFIX = "__Host-" if PRODUCTION else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}django_language"
ssl_redirect = env.flag("SECURE_SSL_REDIRECT", True)
hsts_seconds = env.whole("SECURE_HSTS_SECONDS", 31_536_000, least=0, most=10**9)
if PRODUCTION:
    SECURE_SSL_REDIRECT = ssl_redirect
    # Programs are refused instead (registry.api.access.gate): one that is sent on
    # would go on sending its token in the clear without anybody noticing.
    # Probes come over plain HTTP (registry.health).
    SECURE_REDIRECT_EXEMPT = [r"^api/", r"^(healthz|readyz)$"]
    SECURE_HSTS_SECONDS = hsts_seconds
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_METADATA_CLASS": "registry.api.options.Understood",
    "EXCEPTION_HANDLER": "registry.api.problems.handle",
}

SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.1.0",
    "POSTPROCESSING_HOOKS": [
        "registry.api.openapi.complete",
        "programs.api.told.complete",
    ],
}

LOGGING = logs.configuration(
    level=env.one_of(
        "LOG_LEVEL", "INFO", allowed=["DEBUG", "INFO", "WARNING", "ERROR"]
    ),
    # On one's own machine the terminal stays quiet and is read by a person.
    structured=PRODUCTION,
    requests=PRODUCTION or bool(env.text("LOG_LEVEL")),
)


if "ENVIRONMENT" in env.given and not env.text("ENVIRONMENT"):
    # The one that an empty value must not decide.
    env.refuse(
        "ENVIRONMENT is empty",
        "只能是 development 或 production",
        "use development or production",
    )
if PRODUCTION:
    production.refuse_unsafe(env, globals())
env.refuse_wrong()
