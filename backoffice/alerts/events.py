"""The events of this room, declared at start-up."""

from django.utils.translation import gettext_lazy as _

from audit.events import declare
from audit.models import Kind

declare("alert.acknowledged", _("acknowledged an alert"), Kind.ACCESS, required=("alert", "rule"))
