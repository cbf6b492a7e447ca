"""Errors of an edit's fields in the console's words: what is wrong, and what to write instead."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

WORDS: dict[str, Any] = {
    "required": _("This may not be left empty. Write something here."),
    "max_length": ngettext_lazy(
        "This takes at most %(limit_value)d letter, and has %(show_value)d. Make it shorter.",
        "This takes at most %(limit_value)d letters, and has %(show_value)d. Make it shorter.",
        "limit_value",
    ),
}
