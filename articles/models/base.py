"""What every customer table has."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Dated(models.Model):
    """A row with the times of its making and its last change, set by the database on insert."""

    created_at = models.DateTimeField(_("created"), db_default=Now())
    updated_at = models.DateTimeField(_("changed"), db_default=Now())

    class Meta:
        abstract = True


class Languages(models.TextChoices):
    KO = "ko", _("Korean")
    EN = "en", _("English")
    JA = "ja", _("Japanese")
    ZH = "zh", _("Chinese")
