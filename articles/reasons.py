"""The reasons that CX gives most, offered beside the field."""

from django.utils.translation import gettext_lazy as _

from backoffice.operations.reasons import usual

usual(
    _("The customer asked for it"),
    _("The customer did it by mistake and asked to have it back"),
    _("Put back after a demo or a test"),
    _("Mends what an integration did"),
    _("The contract changed"),
    _("Violates the terms of use"),
)
