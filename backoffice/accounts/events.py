"""The events of this room, declared at start-up."""

from django.utils.translation import gettext_lazy as _

from audit.events import declare
from audit.models import Kind

declare("session.started", _("signed in"), Kind.ACCESS)
declare("session.ended", _("left the console"), Kind.ACCESS, required=("why",))
declare("session.refused", _("refused a sign-in"), Kind.ACCESS, required=("why",))
declare("staff.joined", _("added someone to the staff"), required=("email",))
declare("staff.renamed", _("took over a name or address from Google"), required=("email",))
declare("staff.role_granted", _("gave someone a role"), required=("email", "role", "before"))
declare("staff.added", _("added a colleague"))
declare("staff.role_set", _("changed someone's role"))
declare("staff.enabled", _("switched a colleague on"))
declare("staff.disabled", _("switched a colleague off"))
declare("staff.elevated", _("took on another role for a while"))
declare("staff.elevation_ended", _("ended an elevation"))
