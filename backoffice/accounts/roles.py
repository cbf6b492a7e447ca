"""The closed list of roles, and which of them hold which permission."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What someone is here for. `NONE` may sign in and is told whom to ask, nothing more."""

    NONE = "none", _("no access")
    VIEWER = "viewer", _("viewer")
    OPERATOR = "operator", _("operator")
    ADMIN = "admin", _("administrator")
    AUDITOR = "auditor", _("auditor")
    DEVELOPER = "developer", _("developer")
