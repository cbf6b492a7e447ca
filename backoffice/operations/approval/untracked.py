"""Why requests for approval make no history."""

from django.utils.translation import gettext_lazy as _

from audit.untracked import declare

declare("approval_*", _("requests for approval; what becomes of one is an event"))
