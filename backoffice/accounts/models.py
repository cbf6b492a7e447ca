"""Staff: the people of this console. They sign in with Google and have no password."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, Group
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.accounts.roles import Role


class StaffManager(BaseUserManager["Staff"]):
    """Makes staff; the caller opens the event (audit.context.change) that tracks it."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Staff:
        """A new member of staff; `password` is ignored, as nobody signs in with one."""
        staff = self.model(email=self.normalize_email(email), **fields)
        staff.set_unusable_password()
        staff.save(using=self._db)
        return staff

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Staff:
        """An administrator: what Django's createsuperuser command calls."""
        return self.create_user(email, **{**fields, "role": Role.ADMIN})

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """One spelling of an address: without blanks around it, in small letters."""
        return (email or "").strip().lower()

    def get_by_natural_key(self, username: str | None) -> Staff:
        return self.get(email=self.normalize_email(username))


class Staff(AbstractBaseUser):
    """A person who uses the console. `role` says what they may do, `is_active` whether at all."""

    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.NONE)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    # What Django and guardian ask of a user although roles replace it here.
    is_superuser = False

    objects = StaffManager()

    EMAIL_FIELD = USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("staff member")
        verbose_name_plural = _("staff")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="accounts_staff_email_lower"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="accounts_staff_role_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def groups(self) -> models.QuerySet[Group]:
        """No groups: guardian asks for them, and grants here are to people only."""
        return Group.objects.none()
