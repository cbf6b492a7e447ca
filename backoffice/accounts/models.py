"""Staff: the people of this console. They sign in with Google and have no password."""

from __future__ import annotations

import getpass
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth import get_backends
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, Group
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermission
from simple_history import register

from audit.actors import Actor
from audit.capture import Captured
from audit.context import change
from backoffice.accounts.roles import Role, permissions_held
from backoffice.entities.search_key import search_field, trigram_index

# What someone may be elevated to.
ELEVATED_ROLES = [role for role in Role.values if role != Role.NONE]


class StaffManager(BaseUserManager["Staff"]):
    """Makes staff. A write to a tracked table: call it inside `audit.context.change`."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Staff:
        """A new member of staff; `password` is ignored, as nobody signs in with one."""
        staff = self.model(email=self.normalize_email(email), **fields)
        staff.set_unusable_password()
        staff.save(using=self._db)
        return staff

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Staff:
        """An administrator, under an event of its own: what `manage.py createsuperuser` calls."""
        actor = Actor.script("createsuperuser", getpass.getuser())
        params = {"email": self.normalize_email(email), "role": Role.ADMIN.value, "before": "none"}
        reason = "createsuperuser made an administrator"
        with change("staff.role_granted", actor=actor, reason=reason, params=params):
            return self.create_user(email, **{**fields, "role": Role.ADMIN})

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """One spelling of an address: without blanks around it, in small letters."""
        return (email or "").strip().lower()

    def get_by_natural_key(self, username: str | None) -> Staff:
        return self.get(email=self.normalize_email(username))

    def holding(
        self, roles: Iterable[str], *, standing: bool = False
    ) -> models.QuerySet[Staff, Staff]:
        """Who may act in one of these roles now; `standing` leaves out who is only elevated."""
        active, wanted = self.filter(is_active=True), list(roles)
        if standing:
            return active.filter(role__in=wanted)
        elevated = models.Q(elevated_until__gt=timezone.now())
        own = models.Q(role__in=wanted) & ~models.Q(elevated, elevated_until__isnull=False)
        return active.filter(own | models.Q(elevated, elevated_role__in=wanted))


class Staff(AbstractBaseUser):
    """A person who uses the console. `role` says what they may do, `is_active` whether at all.

    Someone elevated acts in another role until a moment: whoever asks what they may do now asks
    `current_role`, never `role`.
    """

    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.NONE)
    is_active = models.BooleanField(_("active"), default=True)
    elevated_role = models.CharField(
        _("elevated to"), max_length=20, choices=Role, blank=True, default="", db_default=""
    )
    elevated_until = models.DateTimeField(_("elevated until"), null=True, blank=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    search_key = search_field("name", "email")

    # The session of the request that this person makes, as events name it (accounts/sessions.py).
    session_mark = ""
    # What guardian asks of a user although roles replace it here: nobody is above the grants.
    is_superuser = False

    objects = StaffManager()
    history = Captured(
        entity="staff",
        verbs={
            "is_active": ("enabled", "disabled"),
            "elevated_until": ("elevated", "stepped_down"),
        },
        untracked=["password", "last_login", "updated_at", "search_key"],
    )

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
            models.CheckConstraint(
                condition=models.Q(elevated_role="", elevated_until__isnull=True)
                | models.Q(elevated_role__in=ELEVATED_ROLES, elevated_until__isnull=False),
                name="accounts_staff_elevation_whole",
            ),
        ]
        indexes = [
            trigram_index("search_key", "staff_search"),
            models.Index(fields=["name", "id"], name="staff_name"),
            models.Index(fields=["-date_joined", "-id"], name="staff_joined"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_elevated(self) -> bool:
        """Whether they act in another role than their own at this moment."""
        return self.elevated_until is not None and timezone.now() < self.elevated_until

    @property
    def current_role(self) -> str:
        """The role that they act in at this moment."""
        return self.elevated_role if self.is_elevated else self.role

    @property
    def current_role_label(self) -> str:
        """The role that they act in, in words."""
        return str(Role(self.current_role).label)

    @property
    def groups(self) -> models.QuerySet[Group]:
        """No groups: guardian asks for them, and grants here are to people only."""
        return Group.objects.none()

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        """Whether the role holds a permission and, with a record, its scope is open to them."""
        for backend in _judges(tuple(settings.AUTHENTICATION_BACKENDS)):
            try:
                if backend.has_perm(self, perm, obj):
                    return True
            except PermissionDenied:
                return False
        return False

    def has_module_perms(self, app_label: str) -> bool:
        """Whether the role holds any permission of an app: what templates ask as `perms.app`."""
        return any(name.startswith(f"{app_label}.") for name in permissions_held(self))


@cache
def _judges(names: tuple[str, ...]) -> list[Any]:
    """The backends that judge permissions, made once: a page asks them more than a hundred times.

    They hold nothing of whom they judge.
    """
    return [backend for backend in get_backends() if hasattr(backend, "has_perm")]


# Grants decide who may see what, so they are tracked like the rows that they guard.
register(
    UserObjectPermission,
    app="backoffice.accounts",
    records_class=Captured,
    entity="grant",
    scope="CASE WHEN {row}.object_pk ~ '^[0-9]{1,18}$' THEN {row}.object_pk::bigint END",
)
