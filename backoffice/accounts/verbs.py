"""What history says of staff: switched on and off."""

from django.utils.translation import gettext_lazy as _

from backoffice.activity.verbs import register_verb

register_verb(
    "enabled",
    label=_("switched on"),
    here=_("%(actor)s switched this account on"),
    one=_("%(actor)s switched on %(entity)s %(what)s"),
    many=_("%(actor)s switched on %(count)s %(entity)s"),
    icon="power",
    tone="green",
)
register_verb(
    "disabled",
    label=_("switched off"),
    here=_("%(actor)s switched this account off"),
    one=_("%(actor)s switched off %(entity)s %(what)s"),
    many=_("%(actor)s switched off %(count)s %(entity)s"),
    icon="power",
    tone="slate",
)
register_verb(
    "elevated",
    label=_("given another role for a while"),
    here=_("%(actor)s took on another role for a while"),
    one=_("%(actor)s took on another role for a while for %(entity)s %(what)s"),
    many=_("%(actor)s took on another role for a while for %(count)s %(entity)s"),
    icon="arrow-up",
    tone="amber",
)
register_verb(
    "stepped_down",
    label=_("back in their own role"),
    here=_("%(actor)s ended the elevation of this account"),
    one=_("%(actor)s ended the elevation of %(entity)s %(what)s"),
    many=_("%(actor)s ended the elevation of %(count)s %(entity)s"),
    icon="key",
    tone="slate",
)
