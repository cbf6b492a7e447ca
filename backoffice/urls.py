"""Every address of the console, grouped by room."""

from django.urls import include, path

urlpatterns = [
    # health: no sign-in
    path("", include("backoffice.health.urls")),
    # accounts: sign-in, sign-out, the local provider's stand-in comes by its own port
    path("", include("backoffice.accounts.urls")),
    # console: home, help, language
    path("", include("backoffice.console.urls")),
    # selections and runs: /operations/choose/, /operations/runs/
    path("", include("backoffice.operations.bulk.urls")),
    # requests: /requests/
    path("", include("backoffice.operations.approval.urls")),
    # operations: /operations/<name>/
    path("", include("backoffice.operations.urls")),
    # activity: /activity/, /events/, /<entities>/<pk>/timeline/
    path("", include("backoffice.activity.urls")),
    path("", include("backoffice.activity.past_urls")),
    # visibility: /<entities>/<pk>/visibility/, /<entities>/<pk>/settings/
    path("", include("backoffice.visibility.urls")),
    # replies: /events/<id>/reply/, /activity/fold/reply/
    path("", include("backoffice.replies.urls")),
    # jobs: /jobs/
    path("", include("backoffice.jobs.urls")),
    # alerts: /alerts/
    path("", include("backoffice.alerts.urls")),
    # entities: /search, /<entities>/, last because its prefix is a variable
    path("", include("backoffice.entities.urls")),
]

handler400 = "backoffice.console.errors.bad_request"
handler403 = "backoffice.console.errors.permission_denied"
handler404 = "backoffice.console.errors.not_found"
handler500 = "backoffice.console.errors.server_error"
