"""Addresses of selections and runs; before those of the operations, whose first part is a name."""

from django.urls import path

from backoffice.operations.bulk import selection_views, views

RUN = "operations/runs/<uuid:token>/"

urlpatterns = [
    path("operations/choose/", selection_views.choose, name="bulk-choose"),
    path("operations/selections/<uuid:token>/<str:name>/", selection_views.fill, name="bulk-fill"),
    # /operations/runs/
    path("operations/runs/", views.show_runs, name="bulk-runs"),
    path(RUN, views.show_run, name="bulk-run"),
    path(f"{RUN}start/", views.start, name="bulk-start"),
    path(f"{RUN}pause/", views.steer, {"act": "pause"}, name="bulk-pause"),
    path(f"{RUN}resume/", views.steer, {"act": "resume"}, name="bulk-resume"),
    path(f"{RUN}cancel/", views.steer, {"act": "cancel"}, name="bulk-cancel"),
    path(f"{RUN}retry/", views.retry, name="bulk-retry"),
    path(f"{RUN}records/", views.show_records, name="bulk-records"),
    path(f"{RUN}rows.csv", views.rows_file, name="bulk-rows"),
    path(f"{RUN}undone.csv", views.undone_file, name="bulk-undone"),
]
