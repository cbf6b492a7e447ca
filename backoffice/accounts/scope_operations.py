"""Restricting scopes to named people: generic operations, which the scopes' area declares.

@register
class RestrictLibrary(Restrict):
    name, entity, event = "library.restrict", "library", "library.restricted"
    sentence = ngettext_lazy("Restrict %(count)s library", "Restrict %(count)s libraries", "count")
    inverse = "library.open"
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backoffice.accounts.administered import Administered
from backoffice.accounts.grants import name_for_scopes, restricted_among, scope_grants
from backoffice.accounts.models import Staff
from backoffice.accounts.roles import Role

if TYPE_CHECKING:
    from backoffice.operations.order import Order
    from backoffice.operations.performers import Performer


class PeopleForm(forms.Form):
    """Colleagues to choose from."""

    people = forms.ModelMultipleChoiceField(
        Staff.objects.none(),
        label=_("People"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Name at least one person.")},
    )

    def __init__(self, data: Any, people: QuerySet[Staff]) -> None:
        super().__init__(data)
        field: Any = self.fields["people"]
        field.queryset = people.order_by("name", "pk")


class _OnScopes(Administered):
    """What these operations have in common: grants as their effect."""

    def concerns(self, staff: Any, record: Any) -> bool:
        """Only administrators are offered them: others are not told what is restricted."""
        return bool(staff.has_perm(self.permission))

    def people(self, keys: Sequence[int]) -> QuerySet[Staff]:
        """Whom one may choose: those who may come in at all."""
        return Staff.objects.using("default").filter(is_active=True).exclude(role=Role.NONE)

    def named(self, scopes: Collection[int]) -> dict[int, set[int]]:
        """The people whom each of the scopes names, on the primary."""
        found: dict[int, set[int]] = {scope: set() for scope in scopes}
        pairs = scope_grants(scopes).using("default").values_list("object_pk", "user_id")
        for scope, person in pairs:
            found[int(scope)].add(person)
        return found


class _WithPeople(_OnScopes):
    """Those that ask for people."""

    def form(
        self, data: Mapping[str, Any] | None, performer: Performer, keys: Sequence[int]
    ) -> forms.Form:
        return PeopleForm(data, self.people(keys))


class Restrict(_WithPeople):
    """Opens scopes only to those who are named, and to administrators."""

    label: ClassVar[str | Promise] = _("Restrict to named people")
    icon: ClassVar[str] = "lock"
    rank: ClassVar[int] = 80
    dangerous: ClassVar[bool] = True
    consequence: ClassVar[str | Promise] = _(
        "Whoever is not named no longer finds it, nor anything in it. Administrators still do."
    )

    def refusals(self, records: Iterable[Any], params: Mapping[str, Any]) -> dict[Any, Any]:
        restricted = restricted_among([record.pk for record in records], "default")
        return dict.fromkeys(restricted, _("is restricted already: name more people instead"))

    def perform(self, order: Order, records: Sequence[Any]) -> None:
        name_for_scopes(order.params["people"], records)


class Assign(_WithPeople):
    """Names more people for restricted scopes."""

    label: ClassVar[str | Promise] = _("Name more people")
    icon: ClassVar[str] = "plus"
    rank: ClassVar[int] = 80
    consequence: ClassVar[str | Promise] = _("The people who are named find it at once.")

    def people(self, keys: Sequence[int]) -> QuerySet[Staff]:
        """Those whom not all of the scopes name."""
        named = self.named(keys)
        everywhere = set.intersection(*named.values()) if named else set()
        return super().people(keys).exclude(pk__in=everywhere)

    def refusals(self, records: Iterable[Any], params: Mapping[str, Any]) -> dict[Any, Any]:
        named = self.named([record.pk for record in records])
        wanted = {person.pk for person in params.get("people", ())}
        refused: dict[Any, Any] = {}
        for scope, people in named.items():
            if not people:
                refused[scope] = _("is open to everyone: restrict it instead")
            elif wanted and wanted <= people:
                refused[scope] = _("names them already")
        return refused

    def perform(self, order: Order, records: Sequence[Any]) -> None:
        name_for_scopes(order.params["people"], records)


class Unassign(_WithPeople):
    """Takes people off restricted scopes; the last one stays, or it would be open to everyone."""

    label: ClassVar[str | Promise] = _("Name fewer people")
    icon: ClassVar[str] = "minus"
    rank: ClassVar[int] = 81
    dangerous: ClassVar[bool] = True
    consequence: ClassVar[str | Promise] = _("Whoever is no longer named loses it at once.")

    def people(self, keys: Sequence[int]) -> QuerySet[Staff]:
        """Those whom one of the scopes names, also who has been switched off since."""
        return Staff.objects.using("default").filter(pk__in=set().union(*self.named(keys).values()))

    def refusals(self, records: Iterable[Any], params: Mapping[str, Any]) -> dict[Any, Any]:
        named = self.named([record.pk for record in records])
        leaving = {person.pk for person in params.get("people", ())}
        refused: dict[Any, Any] = {}
        for scope, people in named.items():
            if not people:
                refused[scope] = _("is open to everyone: nobody is named")
            elif leaving and not people & leaving:
                refused[scope] = _("names none of them")
            elif leaving and people <= leaving:
                refused[scope] = _("would name nobody: open it to everyone instead")
        return refused

    def perform(self, order: Order, records: Sequence[Any]) -> None:
        grants = scope_grants(order.keys).using("default")
        grants.filter(user__in=[person.pk for person in order.params["people"]]).delete()


class Open(_OnScopes):
    """Opens restricted scopes to everyone with a role again."""

    label: ClassVar[str | Promise] = _("Open to everyone")
    icon: ClassVar[str] = "unlock"
    rank: ClassVar[int] = 82
    dangerous: ClassVar[bool] = True
    consequence: ClassVar[str | Promise] = _("Everyone with a role finds it and all that is in it.")

    def refusals(self, records: Iterable[Any], params: Mapping[str, Any]) -> dict[Any, Any]:
        keys = {record.pk for record in records}
        return dict.fromkeys(
            keys - restricted_among(keys, "default"), _("is open to everyone already")
        )

    def perform(self, order: Order, records: Sequence[Any]) -> None:
        scope_grants(order.keys).using("default").delete()
