"""The `Entity` declaration: what staff can look up, said once in Django admin's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from django.db import models
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from simple_history.exceptions import NotHistoricalModelError
from simple_history.utils import get_history_model_for_model

from backoffice.console.paths import path_of

Text = str | Promise
Record = Any


@dataclass(frozen=True)
class Crumb:
    """One step of the way to where a record lives."""

    text: Text
    url: str = ""


@dataclass(frozen=True)
class Related:
    """A tab of a record's page: the records of another entity that point here.

    Args:
        entity: the other entity's name.
        field: its foreign key's column, such as `shelf_id`.
        label: the tab's name; the other entity's plural when left out.
        template: a partial that draws the records instead of a table; it is given `records`.
    """

    entity: str
    field: str
    label: Text = ""
    template: str = ""


class Entity:
    """A kind of record that staff can look up: list, search, record page and timeline come of it.

    Example, in an area's `entities.py`:

        @register
        class BookEntity(Entity):
            name, slug, model, icon = "book", "books", Book, "document"
            scope_field = "library_id"
            list_display = ("shelf", "lent_at")
            list_filter = ("shelf", "state")
            search_fields = ("search_key",)
            ordering = ("-updated_at", "name")
            fieldsets = ((_("Place"), ("library", "shelf")),)

    Attributes:
        name: singular, in events and permissions; slug: plural, in addresses.
        order: its place in the navigation and in search results.
        section: of the navigation; "" where only links lead to it, and search does not look.
        viewers: the roles that may look it up, if not all; names_are_open: to everyone even so.
        scope_field: the column that holds the scope's id; "id" on the scope's own model; "" when
            it belongs to no scope (open to everyone who may view the entity).
        list_display: columns after the name and its badges.
        list_filter: fields to filter by; `filterset_class` replaces what is made of them.
        filter_labels: names of filters that read better than their fields' names.
        ordering: allowed orderings, the first is the default; each may be turned round.
        search_fields: generated key columns, `children__key` for those of a related table.
        text_search_fields: long texts, searched below the keys, by their expression index.
        personal_search_fields: key columns for those who may see personal fields.
        exact_search_fields: columns where an equal value comes first (the id always does).
        list_select_related, select_related: joins of lists and of the record page.
        defer: columns that lists and look-ups never read, such as long texts.
        secret_fields: columns that no page ever reads.
        computed: names and labels of columns that `compute` sets on the rows of a list.
        panel_template: a partial of the record page, of what `panel` returns.
        fieldsets: named groups of the record page; related: its tabs.
        personal_fields: shown only with the permission `entities.see_personal_fields`.
        boolean_words: (true, false) by field where "yes" and "no" do not say it.
        identifiers: columns shown copyable beside the id.
        timeline_children: (entity, column) of histories shown in the record's own timeline.
        timeline_qualifier: the column that tells it from its siblings in their record's timeline.
        timeline_actor: (kind of actor, column of its id) when its records act themselves.
        timeline_boundary: "scope" or "area" when its timeline is everything inside it.
    """

    name: ClassVar[str]
    slug: ClassVar[str]
    model: ClassVar[type[models.Model]]
    icon: ClassVar[str] = "document"
    order: ClassVar[int] = 100
    section: ClassVar[str] = "look_up"
    viewers: ClassVar[Sequence[str]] = ()
    names_are_open: ClassVar[bool] = False
    scope_field: ClassVar[str | None] = None

    list_display: ClassVar[Sequence[str]] = ()
    list_filter: ClassVar[Sequence[str]] = ()
    filterset_class: ClassVar[Any] = None
    filter_labels: ClassVar[Mapping[str, Text]] = {}
    ordering: ClassVar[Sequence[str]] = ("-id",)
    list_select_related: ClassVar[Sequence[str]] = ()
    select_related: ClassVar[Sequence[str]] = ()
    defer: ClassVar[Sequence[str]] = ()
    secret_fields: ClassVar[Sequence[str]] = ()
    computed: ClassVar[Mapping[str, Text]] = {}
    panel_template: ClassVar[str] = ""

    search_fields: ClassVar[Sequence[str]] = ()
    text_search_fields: ClassVar[Sequence[str]] = ()
    personal_search_fields: ClassVar[Sequence[str]] = ()
    exact_search_fields: ClassVar[Sequence[str]] = ()

    fieldsets: ClassVar[Sequence[tuple[Text, Sequence[str]]]] = ()
    related: ClassVar[Sequence[Related]] = ()
    personal_fields: ClassVar[Sequence[str]] = ()
    boolean_words: ClassVar[Mapping[str, tuple[Text, Text]]] = {}
    identifiers: ClassVar[Sequence[str]] = ()

    timeline_children: ClassVar[Sequence[tuple[str, str]]] = ()
    timeline_qualifier: ClassVar[str] = ""
    timeline_actor: ClassVar[tuple[str, str]] = ("", "")
    timeline_boundary: ClassVar[str] = ""

    # What a declaration may say about one record; override what the defaults do not know.

    def title(self, record: Record) -> str:
        """The record's name, as staff call it."""
        return str(record)

    def public_title(self, record: Record) -> str:
        """The name shown instead of the title to those who may not see personal fields."""
        return f"{self.label} #{record.pk}"

    def subtitle(self, record: Record) -> str:
        """A second line that tells records of one name apart, or nothing."""
        return ""

    def badges(self, record: Record) -> list[str]:
        """Names of the states (console/states.py) to show beside the title."""
        return []

    def breadcrumb(self, record: Record) -> list[Crumb]:
        """Where the record lives, outermost first, without the record itself."""
        return []

    def prepare(self, records: Sequence[Record]) -> None:
        """Load, in one query for all of them, what `title` and `badges` need beside the columns."""

    def compute(self, records: Sequence[Record]) -> None:
        """Set the `computed` columns of a page's records, and what only pages show as badges."""

    def panel(self, staff: Any, record: Record) -> dict[str, Any]:
        """What `panel_template` shows of the record to this person."""
        return {}

    def open_to(self, staff: Any, records: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Those of the records that this person may see, where no `scope_field` says it."""
        return records

    def own_records(self, staff: Any) -> models.Q | None:
        """Records that a person sees without being a viewer, such as their own; None for none."""
        return None

    # What follows from the declaration.

    def noun(self, count: int = 1) -> str:
        """What one record, or several, are called in a sentence."""
        meta = self.model._meta
        return str(meta.verbose_name if count == 1 else meta.verbose_name_plural)

    @property
    def label(self) -> str:
        """What one record is called, with a capital; label_plural: what several are."""
        return capfirst(self.noun())

    @property
    def label_plural(self) -> str:
        return capfirst(self.noun(2))

    @property
    def view_permission(self) -> str:
        """The permission that lists, search and the record page ask for."""
        return f"{self.model._meta.app_label}.view_{self.name}"

    @property
    def list_url(self) -> str:
        return reverse("entities-list", args=[self.slug])

    def url(self, pk: object) -> str:
        """The address of a record's page."""
        return path_of("entities-record", pk, (self.slug,))

    def field(self, name: str) -> models.Field[Any, Any]:
        """A column's field by its name or column name; FieldDoesNotExist when there is none."""
        by_column = {f.attname: f for f in self.model._meta.concrete_fields}
        return cast(
            "models.Field[Any, Any]", by_column.get(name) or self.model._meta.get_field(name)
        )

    @property
    def history_model(self) -> type[models.Model] | None:
        """The model of the record's versions; None when the table is not tracked."""
        try:
            history: type[models.Model] = get_history_model_for_model(self.model)
        except NotHistoricalModelError:
            return None
        return history

    def scope_of(self, record: Record) -> int | None:
        """The id of the scope that the record belongs to; None when it belongs to none."""
        value = record
        for step in (self.scope_field or "").split("__"):
            value = getattr(value, step, None) if step else None
        return value if isinstance(value, int) else None

    def records(self, *, full: bool = False) -> models.QuerySet[Any]:
        """All records with what lists need, or `full` with what the record page needs.

        Unguarded: pages ask `access.visible_records` instead.
        """
        queryset = self.model._default_manager.all()
        joins = (*self.list_select_related, *(self.select_related if full else ()))
        if joins:
            queryset = queryset.select_related(*joins)
        return queryset.defer(*self.unread(full=full), *_keys_of_joined(self.model, joins))

    def unread(self, *, full: bool = False) -> list[str]:
        """Columns not read: search keys always, long texts where only a line is shown."""
        keys = [*_keys(self.model), *self.secret_fields]
        return keys if full else [*keys, *self.defer]


def _keys(model: type[models.Model]) -> list[str]:
    """The columns that only search reads."""
    fields = model._meta.concrete_fields
    return [field.name for field in fields if isinstance(field, models.GeneratedField)]


def _keys_of_joined(model: Any, joins: Sequence[str]) -> list[str]:
    found = []
    for path in joins:
        joined, so_far = model, ""
        for step in path.split("__"):
            joined, so_far = joined._meta.get_field(step).related_model, f"{so_far}{step}__"
            found += [f"{so_far}{key}" for key in _keys(joined)]
    return list(dict.fromkeys(found))
