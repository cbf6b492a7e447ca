"""Search, lists and record pages: the last of all rooms, as its first part is a variable."""

from django.urls import path

from backoffice.entities import (
    converters,  # noqa: F401 - makes <entity:…> known
    list_view,
    record_view,
    search_view,
)

urlpatterns = [
    # /search
    path("search", search_view.search, name="entities-search"),
    # /<entities>/
    path("<entity:entity>/", list_view.show_list, name="entities-list"),
    # /<entities>/<pk>/
    path("<entity:entity>/<str:pk>/", record_view.show_record, name="entities-record"),
]
