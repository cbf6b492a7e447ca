"""An article's settings with django-simple-history's own signals as the writer of history."""

from django.db import models
from simple_history.models import HistoricalRecords


class Page(models.Model):
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(auto_now=True)
    channel_id = models.BigIntegerField(db_index=True)
    space_id = models.BigIntegerField(db_index=True)
    category_id = models.BigIntegerField(null=True, db_index=True)
    slug = models.CharField(max_length=200)
    state = models.CharField(max_length=20)
    hidden = models.BooleanField(default=False)
    pinned = models.BooleanField(default=False)
    position = models.IntegerField(default=0)
    published_at = models.DateTimeField(null=True)
    author_id = models.BigIntegerField(null=True, db_index=True)
    deleted_at = models.DateTimeField(null=True)
    deleted_by_id = models.BigIntegerField(null=True, db_index=True)

    history = HistoricalRecords()

    class Meta:
        app_label = "yardstick"
        indexes = [
            models.Index(fields=["slug", "id"], name="page_slug_order"),
            models.Index(fields=["-created_at", "-id"], name="page_created"),
            models.Index(fields=["-updated_at", "-id"], name="page_changed"),
            models.Index(fields=["channel_id", "-updated_at", "-id"], name="page_channel_changed"),
            models.Index(fields=["space_id", "-updated_at", "-id"], name="page_space_changed"),
        ]

    def __str__(self):
        return self.slug
