"""Settings of the tests: the product's own, on a cluster that this run has to itself.

Nothing of the caller's environment that the product or libpq would read reaches the tests.
"""

import os
import re
from pathlib import Path

from tests.harness import slot

ROOT = Path(__file__).resolve().parent.parent
_files = [*(ROOT / "backoffice").glob("**/settings.py"), ROOT / "backoffice/ground.py"]
_read = {
    name for path in _files for name in re.findall(r'"([A-Z][A-Z0-9_]+)"', path.read_text("utf-8"))
}
for _name in [n for n in os.environ if n in _read or n.startswith(("PG", "DJANGO_"))]:
    # pytest-django reads which settings to use from the last one, before and after this.
    if _name != "DJANGO_SETTINGS_MODULE":
        del os.environ[_name]
os.environ["BACKOFFICE_DATA"] = str(slot.take(ROOT / ".data" / "tests"))

from backoffice import settings as _product  # noqa: E402 - the environment comes first

globals().update({name: getattr(_product, name) for name in dir(_product) if name.isupper()})

# A clone is dropped after its test, so no pool may hold a connection to it.
DATABASES = _product.DATABASES
for _database in DATABASES.values():
    _database["OPTIONS"].pop("pool", None)
# Most tests have no standby: reads meant for it see the primary, see harness/fixtures.py.
DATABASES["replica"] = {**DATABASES["default"], "TEST": {"MIRROR": "default"}}
# Tests look for the event of a read right after it; those of the delivery itself turn this off.
AUDIT_DELIVERY = "at once"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Tests do in a second what a person does in a day; those of the limits set their own.
OPERATIONS_PER_MINUTE, RECORDS_PER_HOUR = 100_000, 100_000_000
