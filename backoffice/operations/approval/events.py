"""The events of this room, declared at start-up."""

from django.utils.translation import gettext_lazy as _

from audit.events import declare
from audit.models import Kind

for _name, _sentence in (
    ("approval.requested", _("asked for approval")),
    ("approval.approved", _("approved a request")),
    ("approval.refused", _("refused a request")),
    ("approval.withdrawn", _("withdrew a request")),
    ("approval.expired", _("let a request expire")),
    ("approval.commented", _("commented on a request")),
):
    declare(_name, _sentence, required=("request", "operation"))
declare("approval.opened", _("opened a request"), Kind.READ, required=("request", "operation"))
