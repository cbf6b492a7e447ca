"""Add a colleague before they have ever signed in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from backoffice.accounts.administered import Administered
from backoffice.accounts.models import Staff
from backoffice.accounts.roles import Role
from backoffice.entities import registry as entities
from backoffice.operations.registry import register
from backoffice.operations.targets import NewRecord, Targets

if TYPE_CHECKING:
    from backoffice.operations.order import Order


class NewStaffForm(forms.Form):
    """Address, name and role; the address is what Google's account is recognised by."""

    email = forms.EmailField(label=_("E-mail"), max_length=254)
    name = forms.CharField(label=_("Name"), max_length=150)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.VIEWER)

    def clean_email(self) -> str:
        """One spelling, of a domain that may sign in, that nobody has yet."""
        email = Staff.objects.normalize_email(self.cleaned_data["email"])
        domains = settings.GOOGLE_HOSTED_DOMAINS
        if email.rpartition("@")[2] not in domains:
            text = _("Only accounts of %(domains)s can sign in here.")
            raise forms.ValidationError(text % {"domains": ", ".join(domains)})
        if Staff.objects.using("default").filter(email=email).exists():
            raise forms.ValidationError(_("Someone with this address is on the staff already."))
        return email


@register
class AddStaff(Administered):
    name: ClassVar[str] = "staff.add"
    entity: ClassVar[str] = "staff"
    label: ClassVar[str | Promise] = _("Add a colleague")
    sentence: ClassVar[Promise] = ngettext_lazy(
        "Add %(count)s colleague", "Add %(count)s colleagues", "count"
    )
    event: ClassVar[str] = "staff.added"
    icon: ClassVar[str] = "plus"
    form_class: ClassVar[type[forms.Form]] = NewStaffForm
    consequence: ClassVar[str | Promise] = _(
        "They find their role at their first sign-in with Google."
    )
    creates: ClassVar[bool] = True
    offered: ClassVar[bool] = False

    @cached_property
    def targets(self) -> Targets:
        return NewRecord(entities.get(self.entity))

    def perform(self, order: Order, records: Sequence[Any]) -> None:
        """Make the record under the id that was set aside for it."""
        (person,) = records
        for name in ("email", "name", "role"):
            setattr(person, name, order.params[name])
        person.set_unusable_password()
        person.save(using="default", force_insert=True)
