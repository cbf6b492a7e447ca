"""One tracked table with a search key, a scope, a limit, and two columns that it had once."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from audit.capture import Captured
from audit.retired import GoneKey
from backoffice.entities.limits import SMALL_TEXT, text_limit
from backoffice.entities.search_key import search_field, trigram_index


class Invoice(models.Model):
    scope = models.ForeignKey(settings.BACKOFFICE_SCOPE_MODEL, models.PROTECT, related_name="+")
    number = models.CharField(max_length=40)
    note = models.TextField(max_length=SMALL_TEXT, blank=True, db_default="")
    paid = models.BooleanField(db_default=False)
    created_at = models.DateTimeField(db_default=Now())
    search_key = search_field("number", "note")

    history = Captured(
        entity="invoice",
        scope="{row}.scope_id",
        verbs={"paid": ("paid", "unpaid")},
        untracked=["search_key"],
        retired={
            "currency": models.CharField(max_length=3, choices=[("won", "Korean won")]),
            "shelf": GoneKey(db_column="shelf_id"),
        },
    )

    class Meta:
        constraints = [text_limit("note", SMALL_TEXT, "invoice_note_limit")]
        indexes = [
            trigram_index("search_key", "invoice_search"),
            models.Index(fields=["number", "id"], name="invoice_number"),
            models.Index(fields=["-created_at", "-id"], name="invoice_created"),
        ]

    def __str__(self) -> str:
        return self.number
