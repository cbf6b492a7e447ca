"""The events of this room, declared at start-up: workers, which know no pages, must know them."""

from django.utils.translation import gettext_lazy as _

from audit.events import declare
from audit.models import Kind

declare("activity.exported", _("exported events"), Kind.READ, required=("filter", "format"))
