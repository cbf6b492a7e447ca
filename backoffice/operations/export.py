"""A preview's rows as CSV, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext as _

from backoffice.console.spreadsheets import Echo, safe_cell
from backoffice.entities import reads
from backoffice.operations.base import Operation
from backoffice.operations.models import StoredPreview
from backoffice.operations.presentation import presented_rows


def preview_csv(staff: Any, operation: Operation, stored: StoredPreview) -> StreamingHttpResponse:
    """All rows of a preview, one line for each changed field, UTF-8 with a mark for Excel."""
    response = StreamingHttpResponse(_lines(staff, stored), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{operation.name}-{stored.token}.csv"'
    return response


def note_download(
    request: HttpRequest, name: str, operation: Operation, scopes: Sequence[int], **params: Any
) -> None:
    """Note that records' values were taken out; of which scopes, so that it is told to whom."""
    params["operation"] = operation.name
    if len(scopes) > 1:
        params["scopes"] = [str(scope) for scope in scopes]
    scope = scopes[0] if len(scopes) == 1 else None
    reads.note(request, name, params=params, entity=operation.entity, scope=scope)


def _lines(staff: Any, stored: StoredPreview) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield "\ufeff"
    yield writer.writerow([_("Entity"), _("Id"), _("Name"), _("Field"), _("Before"), _("After")])
    for row in presented_rows(staff, stored.rows):
        for change in row["changes"]:
            yield writer.writerow(_cells(row, change))


def _cells(row: dict[str, Any], change: dict[str, Any]) -> list[str]:
    parts = (row["entity_label"], row["id"], row["name"], change["label"])
    return [safe_cell(part) for part in (*parts, change["old"].text, change["new"].text)]
