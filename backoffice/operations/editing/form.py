"""The form of an edit: one record's values, or a tick and a value for each field of several."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from backoffice.entities import registry, values
from backoffice.entities.access import sees_personal_fields
from backoffice.entities.entity import Entity
from backoffice.operations.editing import checking, seen
from backoffice.operations.editing.inputs import initial_of, input_for
from backoffice.operations.editing.keys import KeyInput
from backoffice.operations.editing.words import WORDS
from backoffice.operations.performers import Performer

if TYPE_CHECKING:
    from backoffice.operations.editing.operation import Edit

TICK = "change_"
MANY_READ = 1_000


@dataclass(frozen=True)
class Row:
    """A field as the page draws it; several records have a tick before it."""

    field: forms.BoundField
    tick: forms.BoundField | None


class EditForm(forms.Form):
    """Asks for new values of one record's fields, or of the fields that several share.

    Its cleaned data are `values` (by column) and `seen` (versions by key).
    """

    use_required_attribute = False

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        operation: Edit,
        performer: Performer,
        keys: list[int],
    ) -> None:
        super().__init__(data, prefix=None)
        self.operation, self.performer, self.keys = operation, performer, keys
        # What was ticked for several is asked again of each of their parts, of a single one too.
        self.many = len(keys) > 1 or any(name.startswith(TICK) for name in data or ())
        self.entity: Entity = registry.get(operation.entity)
        self.staff = getattr(performer, "staff", None)
        # Versions first: what changes while the values are read then counts as not seen.
        versions = operation.targets.versions(keys)
        self.seen = seen.read(str((data or {}).get("seen") or ""), operation.name, keys)
        self.records = self._read()
        self.base = self._base(versions)
        self._make_fields()
        self.fields["seen"] = forms.CharField(
            widget=forms.HiddenInput, required=False, initial=seen.sign(operation.name, versions)
        )

    @cached_property
    def names(self) -> list[str]:
        """The fields that are asked for, of this person and these records."""
        offered = self.operation.shared_fields if self.many else list(self.operation.fields)
        return [name for name in offered if self._open(name)]

    def _open(self, name: str) -> bool:
        if self.staff is None or name not in self.entity.personal_fields:
            return True
        key = None if self.many else self.keys[0]
        return sees_personal_fields(self.staff, self.entity, key)

    def _read(self) -> list[Any]:
        """The records as they stand now on the primary; long texts only of a single one."""
        records = self.performer.records(self.entity).defer(None).filter(pk__in=self.keys)
        hidden = self.entity.unread(full=not self.many)
        return list(records.defer(*hidden).order_by("pk")[:MANY_READ])

    def _base(self, versions: Mapping[int, int]) -> Any:
        """The one record as the person saw it, when it has changed since."""
        if self.many or not self.records:
            return None
        record = self.records[0]
        if self.seen.get(record.pk) in {None, versions.get(record.pk)}:
            return record
        return seen.held(self.entity, self.seen, self.names).get(record.pk, record)

    def _make_fields(self) -> None:
        for name in self.names if self.records else []:
            column = self.entity.field(name)
            made = (
                self._key_input(column)
                if isinstance(column, models.ForeignKey)
                else input_for(self.entity, name)
            )
            if made is None:
                continue
            made.validators = [*made.validators, *self.operation.validators.get(name, ())]
            made.error_messages |= WORDS
            made.initial = self._initial(column)
            self._keep_odd_choice(made, column)
            if self.many:
                label = _("Change: %(field)s") % {"field": made.label}
                self.fields[TICK + name] = forms.BooleanField(label=label, required=False)
            self.fields[name] = made

    def _initial(self, column: Any) -> Any:
        """What it is now; of several, only what is the same in all of them."""
        if not self.many:
            return initial_of(self.base, column)
        if column.get_internal_type() in {"TextField", "JSONField"}:
            return None
        found = {initial_of(record, column) for record in self.records}
        return found.pop() if len(found) == 1 else None

    def _keep_odd_choice(self, made: forms.Field, column: Any) -> None:
        """A value that is no choice (any more) stays what it is until someone chooses another."""
        if not isinstance(made, forms.ChoiceField) or not isinstance(made.widget, forms.Select):
            return
        choices = list(made.widget.choices)
        if made.initial is None:
            choices.insert(0, ("", _("— different values —")))
        elif made.initial not in dict(choices):
            odd = values.readable(self.entity, column.name, made.initial).text
            choices.insert(0, (made.initial, odd))
        made.choices = choices

    def _key_input(self, column: Any) -> KeyInput | None:
        """A foreign key's field; None where the records have no candidates in common."""
        other = registry.for_model(column.related_model)
        if other is None:
            return None
        candidates = self.performer.records(other)
        bounds = {step: f"{step}_id" for step in self.operation.within.get(column.name, ())}
        if other.scope_field and self.entity.scope_field:
            bounds[other.scope_field] = self.entity.scope_field
        for theirs, ours in bounds.items():
            found = {getattr(record, ours) for record in self.records}
            if len(found) != 1:
                return None
            candidates = candidates.filter(**{theirs: found.pop()})
        return KeyInput(
            other,
            candidates,
            self.staff,
            required=not column.null,
            label=values.label(self.entity, column.name),
        )

    # What was sent.

    def changed(self, name: str) -> bool:
        """Whether the person changed this field: of several, by its tick."""
        if self.many:
            return bool(self[TICK + name].data)
        data = self[name].data
        if data is None:
            return False
        column, field = self.entity.field(name), self.fields[name]
        # What others wrote meanwhile and stands on the page again is nothing to write.
        return all(
            field.has_changed(initial_of(one, column), data) for one in (self.base, *self.records)
        )

    @cached_property
    def edited(self) -> list[str]:
        return [name for name in self.names if name in self.fields and self.changed(name)]

    def clean(self) -> dict[str, Any]:
        """Judge what is changed and nothing else: old values may break rules made since."""
        for name in self.fields:
            if name not in self.edited:
                self.errors.pop(name, None)
        if self.records and not self.edited:
            raise forms.ValidationError(self._nothing())
        given = {name: self.cleaned_data[name] for name in self.edited if name in self.cleaned_data}
        for name, error in checking.problems(self.entity, self.records, self.many, given):
            self.add_error(name, error)
        return {
            "values": {self.entity.field(name).attname: value for name, value in given.items()},
            "seen": self.seen,
        }

    def _nothing(self) -> str:
        if self.many:
            return _("Nothing is ticked. Tick the fields that you want to change.")
        return _("There is nothing to change: every field is as it was.")

    def kept(self) -> dict[str, Any]:
        """What was changed, as it was typed, and what proves what was seen."""
        found = {name: self[name].data for name in self.edited}
        if self.many:
            found |= {TICK + name: "on" for name in self.edited}
        token = self["seen"].data
        return {**found, "seen": token} if token else found

    # What is drawn.

    def groups(self) -> Iterator[tuple[str | Promise, list[Row]]]:
        """The fields in the entity's fieldsets, those without one last."""
        left = [name for name in self.names if name in self.fields]
        for title, members in self.entity.fieldsets:
            here = [name for name in members if name in left]
            if here:
                yield title, [self._row(name) for name in here]
            left = [name for name in left if name not in here]
        if left:
            yield "", [self._row(name) for name in left]

    def _row(self, name: str) -> Row:
        return Row(self[name], self[TICK + name] if self.many else None)
