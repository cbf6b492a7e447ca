"""Settings of the console, grouped; README.md lists every variable that is read.

What belongs to one room stands in its own `settings.py`: databases, sign-in, audit, alerts.
"""

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from backoffice import env
from backoffice.accounts.settings import (
    GOOGLE_CLIENT_ID,
    GOOGLE_CLIENT_SECRET,
    GOOGLE_HOSTED_DOMAINS,
    GOOGLE_OIDC_ENDPOINT,
)
from backoffice.activity.settings import (
    AUDIT_DELIVERY,
    AUDIT_HOT_MONTHS,
    AUDIT_SPOOL,
    AUDIT_SPOOL_BYTES,
    SIMPLE_HISTORY_DATE_INDEX,
    SIMPLE_HISTORY_ENABLED,
)
from backoffice.alerts.settings import (
    ALERT_EMAILS,
    ALERT_EXPORTED_PER_DAY,
    ALERT_REFUSALS_PER_HOUR,
    ALERT_REMOVALS_PER_DAY,
    ALERT_REMOVALS_PER_HOUR,
    ALERT_ROLE_CHANGES_PER_HOUR,
    ALERT_UNSEALED_MINUTES,
    CONSOLE_URL,
    DEFAULT_FROM_EMAIL,
    SLACK_WEBHOOK_URL,
    mail,
)
from backoffice.ground import BASE_DIR, DATA_DIR, EMBEDDED, PRODUCTION_VARIABLES, cluster
from backoffice.postgres.settings import (
    CONNECT_TIMEOUT,
    DATABASE_URL,
    DATABASES,
    IMPORT_DATABASE_URL,
    MIGRATION_APPLICATION,
    MIGRATION_DATABASE_URL,
    POOL_SIZE,
    REPLICA_URLS,
    REPLICAS,
    STATEMENT_TIMEOUT,
)

globals().update(mail)
DATABASE_ROUTERS = ["backoffice.replicas.router.ReplicaRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# A replica that is further behind is not read from, seconds.
REPLICA_LAG_LIMIT = env.number("REPLICA_LAG_LIMIT", 30, minimum=0.1)

# Applications: the machines, then the areas that feed them.
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django_filters",
    "django_htmx",
    "guardian",
    "simple_history",
    "social_django",
    "csp",
    "procrastinate.contrib.django",
    "audit",
    "backoffice.postgres",
    "backoffice.replicas",
    "backoffice.accounts",
    "backoffice.console",
    "backoffice.entities",
    "backoffice.activity",
    "backoffice.operations",
    "backoffice.operations.approval",
    "backoffice.operations.bulk",
    "backoffice.visibility",
    "backoffice.replies",
    "backoffice.health",
    "backoffice.jobs",
    "backoffice.alerts",
    "articles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "backoffice.console.middleware.RequestIdMiddleware",
    "backoffice.replicas.middleware.ReplicaMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "backoffice.accounts.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "backoffice.accounts.middleware.SignInErrorMiddleware",
    "backoffice.accounts.middleware.AccessMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "backoffice.console.middleware.ErrorPageMiddleware",
]
ROOT_URLCONF = "backoffice.urls"
WSGI_APPLICATION = "backoffice.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "backoffice.console.context.shell",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
        },
    }
]

# Security. The demo speaks plain HTTP on loopback; production sits behind TLS.
DEBUG = False
SECRET_KEY = (
    cluster.secret("django")
    if cluster is not None
    else env.matching("SECRET_KEY", r".{50,}", "Use 50 random characters or more.")
)
ALLOWED_HOSTS = (
    ["127.0.0.1", "localhost", "[::1]"]
    if EMBEDDED
    else env.words(
        "ALLOWED_HOSTS",
        shape=r"\.?[\w-]+(\.[\w-]+)*|\[[0-9a-f:]+\]",
        mend="Write host names with commas, such as console.example.com; * is not taken.",
    )
)
SECURE_SSL_REDIRECT = not EMBEDDED and env.boolean("SECURE_SSL_REDIRECT", True)
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.boolean("TRUST_PROXY_TLS", False) else None
)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 0 if EMBEDDED else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not EMBEDDED
SECURE_HSTS_PRELOAD = not EMBEDDED
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not EMBEDDED
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "backoffice_session"
CSRF_COOKIE_NAME = "backoffice_csrf"
CSRF_FAILURE_VIEW = "backoffice.console.errors.csrf_failure"
SESSION_COOKIE_AGE = int(env.number("SESSION_HOURS", 12, minimum=0.1, maximum=720) * 3600)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# Every request has bounds, so that one input cannot take the process down.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 5

# Sign-in: Google by OpenID Connect, for the hosted domains only.
AUTH_USER_MODEL = "accounts.Staff"
AUTHENTICATION_BACKENDS = [
    "backoffice.accounts.google.GoogleSignIn",
    "backoffice.accounts.backends.RoleBackend",
    "guardian.backends.ObjectPermissionBackend",
]
LOGIN_URL = "accounts-sign-in"
LOGIN_REDIRECT_URL = "console-home"
LOGOUT_REDIRECT_URL = "accounts-sign-in"
# social-auth runs these steps on Google's answer; the last finds or makes the member of staff.
SOCIAL_AUTH_PIPELINE = (
    "social_core.pipeline.social_auth.social_details",
    "social_core.pipeline.social_auth.social_uid",
    "social_core.pipeline.social_auth.auth_allowed",
    "backoffice.accounts.joining.join_staff",
)
SOCIAL_AUTH_REDIRECT_IS_HTTPS = SECURE_SSL_REDIRECT
SOCIAL_AUTH_REQUESTS_TIMEOUT = 5

# Who may see what: permissions come from the role, boundaries from guardian.
GUARDIAN_RAISE_403 = False
ANONYMOUS_USER_NAME = None
BACKOFFICE_SCOPE_MODEL = "articles.Channel"
BACKOFFICE_SCOPE_PERMISSION = "access_channel"

# How long someone sees the personal fields of a record that they asked for, seconds.
REVEAL_LIFETIME = 15 * 60

# Language and time: Korean first; times are stored in UTC and shown in the zone below.
LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", _("Korean")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "backoffice" / "locale", BASE_DIR / "articles" / "locale"]
LANGUAGE_COOKIE_NAME = "backoffice_language"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = env.zone("TIME_ZONE", "Asia/Seoul")
USE_TZ = True

# Static files: served by WhiteNoise, names carry a hash outside the demo.
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = None if EMBEDDED else DATA_DIR / "static"
WHITENOISE_USE_FINDERS = EMBEDDED
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if EMBEDDED
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Operations: how long a preview may be applied, seconds, and how much one may take at once.
PREVIEW_LIFETIME = 30 * 60
OPERATION_TARGET_LIMIT = 1_000
TICKET_PATTERN = env.pattern("TICKET_PATTERN", r"[A-Z][A-Z0-9]{1,9}-[0-9]{1,8}")
TICKET_URL = env.address_of("TICKET_URL", "{ticket}")
# Friction: above how many records someone types how many they are, and how much one person may do.
CONFIRM_ABOVE = env.whole("CONFIRM_ABOVE", 50, minimum=1, maximum=1_000)
OPERATIONS_PER_MINUTE = env.whole("OPERATIONS_PER_MINUTE", 30, minimum=1, maximum=10_000)
RECORDS_PER_HOUR = env.whole("RECORDS_PER_HOUR", 50_000, minimum=1_000, maximum=1_000_000)

# Runs in the background: how many records a selection may hold, and for how long it stands,
# seconds; how many records a batch takes, and how long a worker stays with a run at a time.
SELECTION_LIMIT = env.whole("SELECTION_LIMIT", 200_000, minimum=1_000, maximum=2_000_000)
SELECTION_LIFETIME = 24 * 3600
BULK_BATCH_SIZE = env.whole("BULK_BATCH_SIZE", 500, minimum=1, maximum=1_000)
BULK_SLICE_SECONDS = 15.0
# How many runs of one person may be at work, how many rows of a preview are kept, how long a
# preview may be started, seconds, and how long the outcomes of a run are kept, days.
BULK_RUNS_AT_ONCE = 5
BULK_PREVIEW_ROWS = 100_000
BULK_PREVIEW_LIFETIME = 4 * 3600
BULK_KEPT_DAYS = 90
# A run waits while a replica is further behind than this, and goes on for as long without the
# primary, seconds.
BULK_LAG_LIMIT = env.number("BULK_LAG_LIMIT", 5, minimum=0.1, maximum=3600)
BULK_RECONNECT_SECONDS = 60.0

# Approval: from how many records on a second person must agree, and to what in scopes that are open
# only to some of the staff: none, dangerous or all. A request is open for so many days, and a
# person has so many of them open at once.
APPROVAL_ABOVE = env.whole("APPROVAL_ABOVE", 5_000, minimum=1)
APPROVAL_DANGEROUS_ABOVE = env.whole("APPROVAL_DANGEROUS_ABOVE", 100, minimum=1)
APPROVAL_RESTRICTED = env.matching(
    "APPROVAL_RESTRICTED", "none|dangerous|all", "Use none, dangerous or all.", "dangerous"
)
APPROVAL_DAYS = env.whole("APPROVAL_DAYS", 7, minimum=1, maximum=365)
APPROVAL_OPEN_LIMIT = 50

LOG_LEVEL = env.matching(
    "LOG_LEVEL",
    "DEBUG|INFO|WARNING|ERROR|CRITICAL",
    "Use DEBUG, INFO, WARNING, ERROR or CRITICAL.",
    "WARNING",
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    # psycopg gives itself a level when it is imported, whatever the root's is.
    "loggers": {"psycopg": {"level": LOG_LEVEL}},
}
