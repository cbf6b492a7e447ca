"""What is taken out of the pages of operations leaves an event, like every other export."""

from django.utils.translation import gettext_lazy as _

from audit.events import declare
from audit.models import Kind

declare(
    "preview.downloaded", _("downloaded the rows of a preview"), Kind.READ, required=("operation",)
)
