"""Why the console's own tables make no history."""

from audit.untracked import declare

declare("django_migrations", "says which migrations ran; releases change it")
declare("django_content_type", "names of the models; migrations make them")
declare("auth_*", "names of permissions; migrations make them, roles stand in the code")
declare("guardian_groupobjectpermission", "unused: permissions on one record name a person")
declare("django_session", "sessions; signing in and out are events")
declare("social_auth_*", "what Google answered while somebody signed in; signing in is an event")
declare("operations_*", "previews, which expire; carrying one out is an event")
declare("procrastinate_*", "the queue of background jobs; what a job changes is an event")
declare("console_savedview", "filters that people keep for themselves")
declare("alerts_*", "what alerts noticed; acknowledging one is an event")
