"""Why the tables of the background runs make no history."""

from django.utils.translation import gettext_lazy as _

from audit.untracked import declare

declare("bulk_*", _("selections and runs in the background; every batch of a run is an event"))
