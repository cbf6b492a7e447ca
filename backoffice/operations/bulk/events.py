"""How a run ended is told by an event of its own: the batches have theirs."""

from django.utils.translation import gettext_lazy as _

from audit.events import declare
from audit.models import Kind

declare("bulk.ended", _("ended a run in the background"), Kind.CHANGE, required=("operation",))
declare("bulk.paused", _("paused a run in the background"), Kind.ACCESS, required=("operation",))
declare("bulk.resumed", _("resumed a run in the background"), Kind.ACCESS, required=("operation",))
declare(
    "run.downloaded",
    _("downloaded the records of a run"),
    Kind.READ,
    required=("operation", "run", "file"),
)
declare("run.opened", _("opened the run of someone else"), Kind.READ, required=("operation", "run"))
