"""Where we stand: which of the two ways the console runs, and where its files are.

With none of the production variables set, everything runs on the embedded cluster (`make demo`,
the tests). As soon as one is set, all that production needs must be, or start-up stops.
"""

from __future__ import annotations

import os
from pathlib import Path

from backoffice import env
from backoffice.postgres.cluster import Cluster

BASE_DIR = Path(__file__).resolve().parent.parent

# Which of the two ways we run: production says where its parts are, the demo brings its own.
PRODUCTION_VARIABLES = (
    "DATABASE_URL",
    "MIGRATION_DATABASE_URL",
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "GOOGLE_CLIENT_ID",
    "GOOGLE_CLIENT_SECRET",
    "GOOGLE_HOSTED_DOMAINS",
)
EMBEDDED = not any(os.environ.get(name) for name in PRODUCTION_VARIABLES)
DATA_DIR = Path(env.text("BACKOFFICE_DATA", str(BASE_DIR / ".data"))).resolve()

# The demo's own cluster, which also keeps its secrets; production has none.
cluster = Cluster(DATA_DIR / "cluster") if EMBEDDED else None
