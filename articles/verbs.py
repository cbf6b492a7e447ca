"""What the customers' verbs are called, in sentences."""

from django.utils.translation import gettext_lazy as _

from backoffice.activity.verbs import register_verb

register_verb(
    "hidden",
    label=_("hidden"),
    here=_("%(actor)s hid it"),
    one=_("%(actor)s hid %(entity)s %(what)s"),
    many=_("%(actor)s hid %(count)s %(entity)s"),
    icon="eye-off",
    tone="amber",
)
register_verb(
    "unhidden",
    label=_("made visible again"),
    here=_("%(actor)s made it visible again"),
    one=_("%(actor)s made %(entity)s %(what)s visible again"),
    many=_("%(actor)s made %(count)s %(entity)s visible again"),
    icon="eye",
    tone="green",
)
register_verb(
    "trashed",
    label=_("moved to the trash"),
    here=_("%(actor)s moved it to the trash"),
    one=_("%(actor)s moved %(entity)s %(what)s to the trash"),
    many=_("%(actor)s moved %(count)s %(entity)s to the trash"),
    icon="trash",
    tone="red",
)
register_verb(
    "restored",
    label=_("restored"),
    here=_("%(actor)s restored it from the trash"),
    one=_("%(actor)s restored %(entity)s %(what)s from the trash"),
    many=_("%(actor)s restored %(count)s %(entity)s from the trash"),
    icon="restore",
    tone="green",
)
register_verb(
    "published",
    label=_("published"),
    here=_("%(actor)s published it"),
    one=_("%(actor)s published %(entity)s %(what)s"),
    many=_("%(actor)s published %(count)s %(entity)s"),
    icon="check-circle",
    tone="green",
)
register_verb(
    "unpublished",
    label=_("made a draft again"),
    here=_("%(actor)s made it a draft again"),
    one=_("%(actor)s made %(entity)s %(what)s a draft again"),
    many=_("%(actor)s made %(count)s %(entity)s drafts again"),
    icon="draft",
    tone="grey",
)
register_verb(
    "archived",
    label=_("archived"),
    here=_("%(actor)s archived it"),
    one=_("%(actor)s archived %(entity)s %(what)s"),
    many=_("%(actor)s archived %(count)s %(entity)s"),
    icon="archive",
    tone="grey",
)
register_verb(
    "turned_on",
    label=_("website turned on"),
    here=_("%(actor)s turned the website on"),
    one=_("%(actor)s turned on the website of %(entity)s %(what)s"),
    many=_("%(actor)s turned on the websites of %(count)s %(entity)s"),
    icon="power",
    tone="green",
)
register_verb(
    "turned_off",
    label=_("website turned off"),
    here=_("%(actor)s turned the website off"),
    one=_("%(actor)s turned off the website of %(entity)s %(what)s"),
    many=_("%(actor)s turned off the websites of %(count)s %(entity)s"),
    icon="power",
    tone="slate",
)
register_verb(
    "left",
    label=_("left the company"),
    here=_("%(actor)s noted that this person left"),
    one=_("%(actor)s noted that %(entity)s %(what)s left"),
    many=_("%(actor)s noted that %(count)s %(entity)s left"),
    icon="sign-out",
    tone="slate",
)
register_verb(
    "returned",
    label=_("came back"),
    here=_("%(actor)s noted that this person came back"),
    one=_("%(actor)s noted that %(entity)s %(what)s came back"),
    many=_("%(actor)s noted that %(count)s %(entity)s came back"),
    icon="member",
    tone="green",
)
register_verb(
    "suspended",
    label=_("suspended"),
    here=_("%(actor)s suspended it"),
    one=_("%(actor)s suspended %(entity)s %(what)s"),
    many=_("%(actor)s suspended %(count)s %(entity)s"),
    icon="pause",
    tone="amber",
)
register_verb(
    "activated",
    label=_("made active"),
    here=_("%(actor)s made it active"),
    one=_("%(actor)s made %(entity)s %(what)s active"),
    many=_("%(actor)s made %(count)s %(entity)s active"),
    icon="check-circle",
    tone="green",
)
register_verb(
    "closed",
    label=_("closed"),
    here=_("%(actor)s closed it"),
    one=_("%(actor)s closed %(entity)s %(what)s"),
    many=_("%(actor)s closed %(count)s %(entity)s"),
    icon="minus-circle",
    tone="slate",
)
