"""Restoring a version of a record: whole, or only the fields that are chosen.

An area declares one for an entity:

    @register
    class RevertBook(Revert):
        name, entity, event = "book.revert", "book", "book.reverted"
        sentence = ngettext_lazy("Restore a version of %(count)s book", …, "count")
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from audit.history_tables import Version
from audit.moments import complete_version
from backoffice.entities import registry as entities
from backoffice.entities.access import parse_id
from backoffice.entities.names import shared_names
from backoffice.entities.values import Readables, label
from backoffice.operations.base import Operation
from backoffice.operations.rewriting import reading
from backoffice.operations.rewriting.conflicts import Choices, ChoicesForm, chosen_of
from backoffice.operations.rewriting.presenting import shown_conflicts
from backoffice.operations.rewriting.scopes import open_scopes
from backoffice.operations.rewriting.settled import Settled
from backoffice.operations.rewriting.settling import settle
from backoffice.operations.rewriting.steps import UPDATE, Step
from backoffice.operations.rewriting.tables import Table
from backoffice.operations.rewriting.works import reason_of, write

if TYPE_CHECKING:
    from backoffice.operations.models import StoredPreview
    from backoffice.operations.order import Order
    from backoffice.operations.performers import Performer

# What a record keeps whatever version of it is restored.
FIXED = frozenset({"created_at"})
# So much of a value stands beside its field.
SHORT = 80


class _Versions:
    """The versions of the record that a form is about, for who fills it in."""

    def __init__(self, operation: Revert, performer: Performer, pk: int) -> None:
        self.operation, self.performer, self.pk = operation, performer, pk
        self.entity = entities.get(operation.entity)

    def has(self, number: int) -> bool:
        """Whether the record has such a version, of a time when it stood in an open scope."""
        if not self.operation.targets.known(self.performer, [self.pk]):
            # Of what is not there for them nothing is said; the pipeline refuses it.
            return True
        found = self._version(number)
        return found is not None and found.scope in open_scopes(self.performer, {found.scope})

    def _version(self, number: int) -> Version | None:
        return complete_version(self.entity.model, self.pk, number, "default")

    def differing(self, number: int) -> list[tuple[str, str]]:
        """The fields in which the version differs from now, with what they would be again."""
        version = self._version(number)
        now = self.performer.records(self.entity).filter(pk=self.pk).first()
        if version is None or now is None:
            return []
        staff = getattr(self.performer, "staff", None)
        reader = Readables(self.entity, staff, shared_names(staff) if staff else None)
        found = []
        for name in self.operation.names():
            then = version.values.get(name)
            if then != getattr(now, self.entity.field(name).attname):
                value = Truncator(reader.get(name, then, self.pk).text).chars(SHORT)
                found.append((name, f"{label(self.entity, name)}: {value}"))
        return found


class RevertForm(ChoicesForm):
    """Which version, and which of its fields; none chosen means all of them."""

    version = forms.IntegerField(min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)

    def __init__(self, data: Any, names: Sequence[tuple[str, str]], versions: _Versions) -> None:
        super().__init__(data)
        self.versions = versions
        self.fields["only"] = forms.MultipleChoiceField(
            label=_("Only these fields"),
            required=False,
            choices=names,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("Leave all of them empty to restore the whole version."),
        )

    def clean_version(self) -> int:
        """A version of this very record, of a time when it stood in an open scope."""
        number: int = self.cleaned_data["version"]
        if not self.versions.has(number):
            raise forms.ValidationError(_("This record has no such version."))
        return number


class Revert(Operation):
    """Gives one record the values that it had in an earlier version.

    Who restores a version means to overwrite what came after it; that nothing moved since they
    looked is the pipeline's to check.
    """

    label: ClassVar[str | Promise] = _("Restore this version")
    icon: ClassVar[str] = "history"
    preview_template: ClassVar[str] = "operations/rewriting/_conflicts.html"
    offered: ClassVar[bool] = False

    @property
    def several(self) -> bool:
        """Versions are of one record."""
        return False

    @property
    def table(self) -> Table:
        return Table.of(entities.get(self.entity).model)

    def form(
        self, data: Mapping[str, Any] | None, performer: Performer, keys: Sequence[int]
    ) -> forms.Form:
        entity = entities.get(self.entity)
        names = [(name, label(entity, name)) for name in self.names()]
        return RevertForm(data, names, _Versions(self, performer, keys[0]))

    def suggest(self, form: forms.Form, given: Mapping[str, Any]) -> None:
        """The version and the fields that the address names."""
        form.initial["version"] = given.get("version", "")
        number = parse_id(given.get("version", ""))
        if number and isinstance(form, RevertForm) and form.versions.has(number):
            only: Any = form.fields["only"]
            only.choices = form.versions.differing(number) or only.choices
        chosen: list[str] = getattr(given, "getlist", list)("only")
        form.initial["only"] = [name for name in chosen if name in self.names()]

    def names(self) -> list[str]:
        """The fields that can go back."""
        table = self.table
        return [name for name in table.fields if name in table.changeable - FIXED]

    def planned(self, pk: int, params: Mapping[str, Any], choices: Choices) -> Settled:
        """The record with the chosen fields of the version, as far as it can stand so."""
        names = list(params.get("only") or self.names())
        source = int(params["version"])
        alike = reading.standing_alike(self.table, {(pk, name): source for name in names})
        sources = {name: source for name in names if (pk, name) not in alike}
        steps = [Step(self.table.model, pk, UPDATE, sources=sources)] if sources else []
        return settle(steps, choices)

    def refusals(
        self, records: Iterable[Any], params: Mapping[str, Any]
    ) -> dict[Any, str | Promise]:
        """A record that holds all of it already, or that cannot stand so."""
        if "version" not in params:
            return {}
        refused: dict[Any, str | Promise] = {}
        for record in records:
            settled = self.planned(record.pk, params, Choices(chosen_of(params)))
            if not settled.waves:
                conflicts = settled.conflicts
                same = _("it holds exactly this already")
                refused[record.pk] = reason_of(conflicts) if conflicts else same
        return refused

    def perform(self, order: Order, records: Sequence[Any]) -> None:
        """Write what differs."""
        for record in records:
            choices = Choices(chosen_of(order.params))
            write(order.performer, self.planned(record.pk, order.params, choices))

    def extra_context(
        self, staff: Any, keys: Sequence[int], stored: StoredPreview | None
    ) -> dict[str, Any]:
        """On the preview's page, what stands in the way."""
        if stored is None:
            return {}
        every = sorted({*keys, *(key for key, _why in stored.refusals)})
        choices = Choices(chosen_of(stored.params))
        settled = self.planned(every[0], stored.params, choices)
        return shown_conflicts(staff, settled, choices, stored, every)
