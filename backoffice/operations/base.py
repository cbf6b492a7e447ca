"""The declaration of an operation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from backoffice.accounts.roles import Role

if TYPE_CHECKING:
    from backoffice.operations.models import StoredPreview
    from backoffice.operations.order import Order
    from backoffice.operations.performers import Performer
    from backoffice.operations.targets import Targets


class Operation:
    """A named, guarded, audited change. Subclass it, one file each, and decorate with `register`.

        @register
        class HideArticle(Operation):
            name = "article.hide"
            entity = "article"
            label = _("Hide")
            sentence = ngettext_lazy("Hide %(count)s article", "Hide %(count)s articles", "count")
            event = "article.hidden"

            def refusals(self, records, params):
                return {r.pk: _("is hidden already") for r in records if r.hidden}

            def run(self, targets, params):
                targets.update(hidden=True, updated_at=Now())

    Attributes:
        name: `<entity>.<verb>`; also its address.
        entity: name of the entity whose records are its targets.
        label: the verb on the button.
        sentence: heads the page; an `ngettext_lazy` over `count`.
        event: the declared event of a success.
        roles: who may run it; the permission's name is made from entity and verb.
        form_class: further input, a Django form; its cleaned data are the params.
        inverse: the operation that takes it back, offered on the receipt.
        consequence: what people will notice, shown with the preview.
        fill_template, preview_template: partials that these two pages show as well; they are given
            what `extra_context` finds.
        immediate: done as soon as the reason is given, because it changes nothing to preview.
        creates: whether it makes a record; its targets are then `targets.NewRecord`.
        rank: its place among the buttons; what mends a state comes before what makes one.
        offered: whether record pages and selections offer it; others are found where they belong.
        notes_all: whether its event keeps the ids of all of its targets, however many there are.
        askable: whether those whose role lacks the permission may ask someone else to agree.
        selects: what its keys are of all that a selection stands for: "records" or "events".
        batch_size: how many targets one transaction of a background run takes; 0 for the setting.
        newest_first: whether a background run begins with the highest key.
    """

    name: ClassVar[str]
    entity: ClassVar[str]
    label: ClassVar[str | Promise]
    sentence: ClassVar[Promise]
    event: ClassVar[str]
    icon: ClassVar[str] = "check"
    rank: ClassVar[int] = 50
    roles: ClassVar[tuple[Role, ...]] = (Role.OPERATOR, Role.ADMIN)
    form_class: ClassVar[type[forms.Form]] = forms.Form
    inverse: ClassVar[str] = ""
    consequence: ClassVar[str | Promise] = ""
    dangerous: ClassVar[bool] = False
    fill_template: ClassVar[str] = ""
    preview_template: ClassVar[str] = ""
    immediate: ClassVar[bool] = False
    creates: ClassVar[bool] = False
    # Whether an elevation is not enough for it: for what hands out roles.
    standing: ClassVar[bool] = False
    offered: ClassVar[bool] = True
    notes_all: ClassVar[bool] = False
    askable: ClassVar[bool] = True
    selects: ClassVar[str] = "records"
    batch_size: ClassVar[int] = 0
    newest_first: ClassVar[bool] = False

    @property
    def verb(self) -> str:
        return self.name.rpartition(".")[2]

    @property
    def permission(self) -> str:
        """The permission that a role must hold, as `<area>.<verb>_<entity>`."""
        from backoffice.entities import registry

        label = registry.get(self.entity).model._meta.app_label
        return f"{label}.{self.verb}_{self.entity}"

    @cached_property
    def targets(self) -> Targets:
        """What it is done to; the living records of its entity, unless it says otherwise."""
        from backoffice.entities import registry
        from backoffice.operations.targets import Records

        return Records(registry.get(self.entity))

    def form(
        self, data: Mapping[str, Any] | None, performer: Performer, keys: Sequence[int]
    ) -> forms.Form:
        """What it asks for beside the reason; `data` is None where nothing was sent yet.

        Only declared fields are ever read of what was sent; their cleaned values are the params.
        """
        return self.form_class(data)

    @property
    def several(self) -> bool:
        """Whether it can be done to several at once."""
        return True

    def kept(self, form: forms.Form) -> dict[str, Any]:
        """What a preview keeps of what was typed, to be asked again when it is applied.

        Only of the form's own fields; whatever else was sent is nobody's business.
        """
        return {name: form[name].data for name in form.fields if form[name].data is not None}

    def suggest(self, form: forms.Form, given: Mapping[str, Any]) -> None:
        """Fill in, before anything was sent, what the address that led here says."""

    def concerns(self, staff: Any, record: Any) -> bool:
        """Whether it is worth offering to this person for this record at all."""
        return True

    def extra_context(
        self, staff: Any, keys: Sequence[int], stored: StoredPreview | None
    ) -> dict[str, Any]:
        """What its own partials need; `stored` is the preview, on the preview's page."""
        return {}

    def approval(self, order: Order) -> str | Promise:
        """Why a second person must agree to the order, as half a sentence; "" when nobody must.

        By the settings: dangerous ones above a size, any above a larger one, restricted scopes.
        """
        from backoffice.operations.approval.needing import why_by_settings

        return why_by_settings(order)

    def may_approve(self, performer: Performer, keys: Sequence[int]) -> bool:
        """Whether someone may agree to it for another; asked without keys for a list of requests.

        That nobody agrees to what they asked for themselves, and that they see all of its records,
        holds besides.
        """
        return performer.may(self)

    def notes(self, performer: Performer) -> dict[str, Any]:
        """What its event's parameters hold beside the operation and the targets."""
        return {}

    def refusals(
        self, records: Iterable[Model], params: Mapping[str, Any]
    ) -> dict[Any, str | Promise]:
        """Why some of these records cannot be targets, by primary key; asked in one go."""
        return {}

    def perform(self, order: Order, records: Sequence[Any]) -> None:
        """Carry an order out on its locked targets: what `run` is not enough for."""
        self.run(self.targets.queryset(order.keys), order.params)

    def run(self, targets: QuerySet[Any], params: Mapping[str, Any]) -> None:
        """Change the targets: locked, all of them possible. Set-based where it can be."""
        raise NotImplementedError(f"{self.name} does not say what it does")
