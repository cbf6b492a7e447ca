"""Edit the settings of spaces."""

from django.core.validators import (
    DomainNameValidator,
    RegexValidator,
    validate_email,
)
from django.utils.translation import gettext_lazy as _

from backoffice.operations.editing import Edit
from backoffice.operations.registry import register


@register
class EditSpace(Edit):
    name = "space.edit"
    # The website's switch and that of search engines have operations of their own.
    fields = (
        "name",
        "slug",
        "custom_domain",
        "access",
        "default_language",
        "home_layout",
        "theme_color",
        "feedback_enabled",
        "contact_email",
    )
    singly = ("name",)
    validators = {
        "slug": [
            RegexValidator(
                r"^[-a-zA-Z0-9_]+\Z",
                _("Latin letters, digits, - and _ only, without spaces, as in acme-help."),
            )
        ],
        "custom_domain": [DomainNameValidator()],
        "theme_color": [
            RegexValidator(r"^#[0-9a-fA-F]{6}\Z", _("A colour such as #3b5bdb: # and six digits."))
        ],
        "contact_email": [validate_email],
    }
