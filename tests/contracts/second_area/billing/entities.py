"""What staff can look up of it: the one file that adds an entity."""

from backoffice.entities.entity import Entity
from backoffice.entities.registry import register
from tests.contracts.second_area.billing.models import Invoice


@register
class InvoiceEntity(Entity):
    name, slug, model, icon, order = "invoice", "invoices", Invoice, "document", 70
    scope_field = "scope_id"
    list_display = ("scope", "paid")
    list_filter = ("scope", "paid", "created_at")
    list_select_related = ("scope",)
    ordering = ("-created_at", "number")
    search_fields = ("search_key",)
    exact_search_fields = ("number",)
    fieldsets = (("Invoice", ("number", "note", "paid", "scope", "created_at")),)
