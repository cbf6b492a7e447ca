"""Why the console's own tables make no history."""

from django.utils.translation import gettext_lazy as _

from audit.untracked import declare

declare("django_migrations", _("says which migrations ran; releases change it"))
declare("django_content_type", _("names of the models; migrations make them"))
declare("auth_*", _("names of permissions; migrations make them, roles stand in the code"))
declare("guardian_groupobjectpermission", _("unused: permissions on one record name a person"))
declare("django_session", _("sessions; signing in and out are events"))
declare("social_auth_*", _("what Google answered while somebody signed in; signing in is an event"))
declare("operations_*", _("previews, which expire; carrying one out is an event"))
declare("procrastinate_*", _("the queue of background jobs; what a job changes is an event"))
declare("jobs_*", _("the queue of background jobs; what a job changes is an event"))
declare("console_savedview", _("filters that people keep for themselves"))
declare("alerts_*", _("what alerts noticed; acknowledging one is an event"))
