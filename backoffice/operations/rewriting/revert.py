"""Restoring a version of a record: whole, or only the fields that are chosen.

An area declares one for an entity:

    @register
    class RevertBook(Revert):
        name, entity, event = "book.revert", "book", "book.reverted"
        sentence = ngettext_lazy("Restore a version of %(count)s book", …, "count")
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.history_tables import Version
from audit.moments import complete_version
from backoffice.entities import registry as entities
from backoffice.entities.entity import Entity
from backoffice.entities.names import shared_names
from backoffice.entities.values import Readable, Readables, label
from backoffice.operations.base import Operation
from backoffice.operations.rewriting import reading
from backoffice.operations.rewriting.conflicts import Choices, ChoicesForm, chosen_of
from backoffice.operations.rewriting.presenting import shown_conflicts
from backoffice.operations.rewriting.scopes import open_scopes
from backoffice.operations.rewriting.settled import Settled
from backoffice.operations.rewriting.settling import settle
from backoffice.operations.rewriting.steps import UPDATE, Step
from backoffice.operations.rewriting.tables import Table
from backoffice.operations.rewriting.works import reason_of

if TYPE_CHECKING:
    from backoffice.operations.models import StoredPreview
    from backoffice.operations.order import Order
    from backoffice.operations.performers import Performer

# What a record keeps whatever version of it is restored.
FIXED = frozenset({"created_at"})


class RevertForm(ChoicesForm):
    """Which version, and which of its fields; none chosen means all of them."""

    version = forms.IntegerField(min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)

    def __init__(self, data: Any, names: Sequence[tuple[str, str]], is_version: Any) -> None:
        super().__init__(data)
        self._is_version = is_version
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
        if not self._is_version(number):
            raise forms.ValidationError(_("This record has no such version."))
        return number


@dataclass(frozen=True)
class FieldThen:
    """A field of the version beside now."""

    name: str
    label: str
    then: Readable
    now: Readable


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
        def is_version(number: int) -> bool:
            if not self.targets.known(performer, keys):
                # Of what is not there for them nothing is said; the pipeline refuses it.
                return True
            found = self.version_of(keys[0], number)
            return found is not None and found.scope in open_scopes(performer, {found.scope})

        entity = entities.get(self.entity)
        names = [(name, label(entity, name)) for name in self.names()]
        return RevertForm(data, names, is_version)

    def suggest(self, form: forms.Form, given: Mapping[str, Any]) -> None:
        """The version and the fields that the address names."""
        form.initial["version"] = given.get("version", "")
        chosen: list[str] = getattr(given, "getlist", list)("only")
        form.initial["only"] = [name for name in chosen if name in self.names()]

    def names(self) -> list[str]:
        """The fields that can go back."""
        table = self.table
        return [name for name in table.fields if name in table.changeable - FIXED]

    def version_of(self, pk: int, number: int) -> Version | None:
        return complete_version(entities.get(self.entity).model, pk, number, "default")

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
            self.planned(record.pk, order.params, choices).write()

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


def fields_then(staff: Any, entity: Entity, version: Version, record: Any) -> list[FieldThen]:
    """The fields in which a version differs from now, as a person reads them."""
    reader = Readables(entity, staff, shared_names(staff))
    found = []
    for name in Table.of(entity.model).changeable - FIXED:
        now = getattr(record, entity.field(name).attname)
        then = version.values.get(name)
        if then != now:
            readable = [reader.get(name, value, record.pk) for value in (then, now)]
            found.append(FieldThen(name, label(entity, name), *readable))
    return sorted(found, key=lambda one: one.label)
