"""Form fields for columns: the same limits as the database's, errors that say what to do."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.entities import values
from backoffice.entities.entity import Entity
from backoffice.entities.limits import JSON_BYTES

MOMENT = "%Y-%m-%dT%H:%M:%S"
UNREADABLE = "\x00"
FIRST_YEAR, LAST_YEAR = 1900, 2999
# How deep lists and objects may be nested: whatever reads them again may itself be called deeply.
DEEPEST = 100


def input_for(entity: Entity, name: str) -> forms.Field:
    """The form field of a column that is no foreign key; what it is called and what it takes."""
    column = entity.field(name)
    made = _made_for(entity, column)
    made.label = values.label(entity, name)
    if isinstance(column, models.IntegerField):
        # The database's range, of which Django's own way to a form field says nothing.
        made.validators = [*made.validators, *column.validators]
    return made


def _made_for(entity: Entity, column: Any) -> forms.Field:
    if isinstance(column, models.BooleanField):
        return _yes_or_no(entity, column)
    if isinstance(column, models.JSONField):
        return JsonInput(column)
    made: forms.Field | None = column.formfield(**_options(column))
    if made is None:
        raise TypeError(f"{entity.name}.{column.name} has no form field: it cannot be edited.")
    return made


def _options(column: Any) -> dict[str, Any]:
    """What Django's own way from a column to its form field is told beside the column."""
    if column.choices:
        # An initial value, whichever, keeps the empty choice away where nothing may be empty.
        return {"initial": ""}
    if isinstance(column, models.DateTimeField):
        return _moment()
    if isinstance(column, models.TextField):
        return {"form_class": LongInput, "strip": False}
    if isinstance(column, models.CharField):
        return {"form_class": LineInput}
    return {}


def _yes_or_no(entity: Entity, column: Any) -> forms.Field:
    """Two words, not a tick: what was not sent is then not taken for a no."""
    true, false = entity.boolean_words.get(column.name, (_("yes"), _("no")))
    return forms.TypedChoiceField(
        choices=[("true", true), ("false", false)], coerce=lambda text: text == "true"
    )


def _moment() -> dict[str, Any]:
    """A date and time in the reader's zone, which is said."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": 1}, format=MOMENT)
    zone = {"zone": timezone.get_current_timezone_name()}
    help_text = _("In the time zone %(zone)s.") % zone
    return {"widget": widget, "help_text": help_text, "validators": [_within_years]}


def _within_years(moment: datetime) -> None:
    """What lies at the very ends of the calendar cannot be read again in every time zone."""
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise forms.ValidationError(
            _("Choose a year from %(first)s to %(last)s.")
            % {"first": FIRST_YEAR, "last": LAST_YEAR}
        )


def initial_of(record: Any, column: Any) -> Any:
    """What a form shows of a record's column, as precisely as the form can take it back."""
    value = getattr(record, column.attname)
    if isinstance(column, models.BooleanField):
        return "true" if value else "false"
    if isinstance(column, models.DateTimeField) and value is not None:
        return value.replace(microsecond=0)
    return value


class LineInput(forms.CharField):
    """One line; blanks around it are neither kept nor counted as a change."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or "").strip() != str(data or "").strip()


class LongInput(forms.CharField):
    """Lines of text; browsers send their ends in another way than they are stored."""

    widget = forms.Textarea(attrs={"rows": 12})

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return _plain_ends(text) if isinstance(text, str) else text

    def has_changed(self, initial: Any, data: Any) -> bool:
        return _plain_ends(initial or "") != _plain_ends(str(data or ""))


def _plain_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


class JsonInput(forms.JSONField):
    """JSON as text: bounded, and only what PostgreSQL can keep."""

    widget = forms.Textarea(attrs={"rows": 10, "class": "code", "spellcheck": "false"})

    def __init__(self, column: Any) -> None:
        super().__init__(required=not column.blank)
        self.column = column

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return self.column.get_default()
        text = str(value)
        # A larger one is not even read.
        if len(text.encode(errors="replace")) > 2 * JSON_BYTES:
            raise forms.ValidationError(self._too_large())
        found = _parsed(text)
        size = len(json.dumps(found, ensure_ascii=False).encode())
        if size > JSON_BYTES:
            raise forms.ValidationError(self._too_large())
        return found

    def _too_large(self) -> str:
        return _("This is too large: it may hold %(limit)s bytes.") % {"limit": f"{JSON_BYTES:,}"}

    def prepare_value(self, value: Any) -> Any:
        """Indented; what was typed wrongly stays as it was typed."""
        if isinstance(value, str):
            return value
        if value is None:
            return ""
        return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True)

    def bound_data(self, data: Any, initial: Any) -> Any:
        return data

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != initial)
        except forms.ValidationError:
            return True


def _parsed(text: str) -> Any:
    try:
        found = json.loads(
            text, parse_constant=_no_number, parse_float=_finite, object_pairs_hook=_each_once
        )
        strings = list(_strings(found))
    except json.JSONDecodeError as error:
        raise forms.ValidationError(
            _("This is no JSON: line %(line)d, column %(column)d. %(why)s.")
            % {"line": error.lineno, "column": error.colno, "why": error.msg}
        ) from None
    except RecursionError:
        raise forms.ValidationError(_("This is nested too deeply.")) from None
    except ValueError:
        raise forms.ValidationError(
            _("One of the numbers is none that can be kept, such as NaN or one far too large.")
        ) from None
    if any(UNREADABLE in one or not _is_text(one) for one in strings):
        raise forms.ValidationError(_("One of the texts holds a character that cannot be kept."))
    return found


def _no_number(text: str) -> Any:
    raise ValueError(text)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; of a key that stands twice, one value would silently be lost."""
    found = dict(pairs)
    if len(found) < len(pairs):
        ((twice, _count),) = Counter(name for name, _value in pairs).most_common(1)
        raise forms.ValidationError(
            _("The name “%(name)s” stands twice in one object. Keep one.") % {"name": twice[:60]}
        )
    return found


def _strings(value: Any, left: int = DEEPEST) -> Iterator[str]:
    if not left:
        raise RecursionError
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for one in value.values():
            yield from _strings(one, left - 1)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one, left - 1)


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
