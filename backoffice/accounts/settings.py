"""The settings of sign-in: Google by OpenID Connect, for the hosted domains only."""

from __future__ import annotations

from backoffice import env
from backoffice.ground import cluster

if cluster is not None:
    GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET = "backoffice-demo", cluster.secret("google")
    GOOGLE_HOSTED_DOMAINS = ["example.com"]
    GOOGLE_OIDC_ENDPOINT = env.text("GOOGLE_OIDC_ENDPOINT", "http://127.0.0.1:8001")
else:
    GOOGLE_CLIENT_ID = env.text("GOOGLE_CLIENT_ID")
    GOOGLE_CLIENT_SECRET = env.text("GOOGLE_CLIENT_SECRET")
    GOOGLE_HOSTED_DOMAINS = env.words(
        "GOOGLE_HOSTED_DOMAINS",
        shape=r"[\w-]+(\.[\w-]+)+",
        mend="Write domains with commas, such as example.com, without @.",
    )
    GOOGLE_OIDC_ENDPOINT = env.text("GOOGLE_OIDC_ENDPOINT", "https://accounts.google.com")
