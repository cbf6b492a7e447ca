"""The events of this room, declared at start-up."""

from django.utils.translation import gettext_lazy as _

from audit.events import declare
from audit.models import Kind

declare("job.retried", _("tried a job again"), Kind.ACCESS, required=("job", "task"))
declare("job.cancelled", _("called a job off"), Kind.ACCESS, required=("job", "task"))
