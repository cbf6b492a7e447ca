"""A field for a foreign key: a short list, or an id or exact name where there are many."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from backoffice.entities.access import parse_id, sees_personal_fields, title_for
from backoffice.entities.entity import Entity

# So many fit into a list that a person reads; so many of one name are told apart by their ids.
LISTED, NAMED = 50, 5
LONGEST = 300


class KeyInput(forms.CharField):
    """Takes a record of `candidates` and gives its id, or None where it may be empty.

    Args:
        entity: whose records they are.
        candidates: those that may be chosen, already bounded to the scope and to the person.
        staff: who reads their names; None where a machine does.
    """

    def __init__(
        self,
        entity: Entity,
        candidates: QuerySet[Any],
        staff: Any = None,
        *,
        empty: str = "",
        **options: Any,
    ) -> None:
        super().__init__(max_length=LONGEST, **options)
        self.entity, self.candidates, self.staff = entity, candidates, staff
        listed = list(candidates.order_by("pk")[: LISTED + 1])
        self.listed = len(listed) <= LISTED
        if self.listed:
            self.widget = self._list(listed, empty)
        else:
            self.widget.attrs["autocomplete"] = "off"
            self.help_text = self.help_text or _("An id such as #12, or the exact slug or name.")

    def _list(self, records: list[Any], empty: str) -> forms.Select:
        self.entity.prepare(records)
        choices = [(record.pk, self.named(record)) for record in records]
        blank = [] if self.required else [("", empty or "—")]
        return forms.Select(choices=[*blank, *sorted(choices, key=lambda choice: choice[1])])

    def named(self, record: Any) -> str:
        """How a candidate is called here: by its name, told apart by place and id."""
        name = self.entity.title(record) if self.staff is None else self._title(record)
        place = self.entity.subtitle(record)
        return f"{name} · {place} (#{record.pk})" if place else f"{name} (#{record.pk})"

    def _title(self, record: Any) -> str:
        return title_for(self.staff, self.entity, record)

    def prepare_value(self, value: Any) -> Any:
        """The id, marked as one in a text field."""
        return f"#{value}" if isinstance(value, int) and not self.listed else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python("" if value is None else str(value))
        if not text:
            return None
        if len(text) > LONGEST:
            # The limit says so; nothing so long is looked up.
            return text
        pk = parse_id(text.removeprefix("#"))
        if pk is not None and self.candidates.filter(pk=pk).exists():
            return pk
        return self._by_name(text)

    def validate(self, value: Any) -> None:
        if value is None and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """The limits of the text are for what was typed, not for the id that it became."""
        if isinstance(value, str):
            super().run_validators(value)

    def _by_name(self, text: str) -> int:
        asked = Q()
        for name in self._names():
            asked |= Q(**{name: text})
        # A database refuses to be asked for what it cannot hold.
        askable = asked and "\x00" not in text
        found = list(self.candidates.filter(asked).order_by("pk")[:NAMED]) if askable else []
        if len(found) == 1:
            return int(found[0].pk)
        kind = self.entity.model._meta.verbose_name
        if found:
            self.entity.prepare(found)
            several = ", ".join(self.named(record) for record in found)
            raise forms.ValidationError(
                _("Several are called so. Write the id of the one that you mean: %(several)s.")
                % {"several": several}
            )
        raise forms.ValidationError(
            _("There is no %(entity)s “%(text)s” that could stand here. Write an id or exact name.")
            % {"entity": kind, "text": text[:60]}
        )

    def _names(self) -> list[str]:
        """The columns that name a record; personal ones only for who may see them."""
        hidden = set() if self.staff is None else self._hidden()
        return [name for name in self.entity.exact_search_fields if name not in hidden]

    def _hidden(self) -> set[str]:
        return set() if sees_personal_fields(self.staff) else set(self.entity.personal_fields)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != initial)
        except forms.ValidationError:
            return True
