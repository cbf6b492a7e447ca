"""The events of this area's operations: one line each."""

from django.utils.translation import gettext_lazy as _

from audit.events import declare
from audit.models import Kind

declare("article.hidden", _("hid articles"))
declare("article.unhidden", _("made articles visible again"))
declare("article.restored", _("restored articles from the trash"))
declare("article.trashed", _("moved articles to the trash"))
declare("space.website_enabled", _("turned websites on"))
declare("space.website_disabled", _("turned websites off"))
declare("category.hidden", _("hid categories"))
declare("category.unhidden", _("made categories visible again"))
declare("member.revealed", _("asked to see a masked member"), Kind.READ)
