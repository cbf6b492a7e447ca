"""The settings that hold for a space, a category or an article, wherever they are set.

No setting of the customers' tables depends on the plan; the plan itself stands among them, as the
channel's.
"""

from django.utils.translation import gettext_lazy as _

from backoffice.visibility.declarations import Setting

_CHANNEL = (
    Setting("channel", "status"),
    Setting("channel", "plan"),
    Setting("channel", "timezone"),
)
_SITE = (
    Setting("space", "website_enabled"),
    Setting("space", "access"),
    Setting("space", "default_language"),
    Setting("space", "search_indexing"),
    Setting("space", "feedback_enabled"),
    Setting("space", "custom_domain"),
)

SPACE = (
    *_SITE,
    Setting("space", "contact_email"),
    Setting("space", "theme_color"),
    Setting("space", "home_layout", default={}),
    *_CHANNEL,
)
CATEGORY = (
    Setting("category", "hidden", _("hidden, or in a hidden category")),
    *_SITE,
    *_CHANNEL,
)
ARTICLE = (
    Setting("article", "state"),
    Setting("article", "hidden"),
    Setting("category", "hidden", _("in a hidden category")),
    Setting("article", "published_at"),
    Setting("article", "pinned"),
    Setting("article", "position"),
    *_SITE,
    *_CHANNEL,
)
