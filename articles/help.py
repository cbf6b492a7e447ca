"""The help topics about the customers' content: one for each question that they call with."""

from django.utils.translation import gettext_lazy as _

from backoffice.console import topics

topics.register(
    "articles-gone",
    _("“All my articles are gone!”"),
    _("Find what happened, who did it, and make the articles visible again."),
    "articles/help/articles_gone",
    icon="eye-off",
    order=10,
)
topics.register(
    "not-visible",
    _("“I published it, but nobody sees it”"),
    _("Why is it not visible? Every condition, who set it, and what mends it."),
    "articles/help/not_visible",
    icon="eye",
    order=15,
)
topics.register(
    "site-off",
    _("“Our site is off”"),
    _("See who turned the website off and when, and turn it on again."),
    "articles/help/site_off",
    icon="power",
    order=20,
)
topics.register(
    "who-changed",
    _("“Who changed this setting?”"),
    _("Every value has its own history, one click away."),
    "articles/help/who_changed",
    icon="history",
    order=30,
)
topics.register(
    "context",
    _("A program changes our data"),
    _("For developers: how it says for whom, in SQL, Python and Go."),
    "articles/help/context",
    icon="database",
    order=70,
)
topics.register(
    "activity",
    _("Reading the activity"),
    _("Who did what: rows, filters, saved views and files."),
    "articles/help/activity",
    icon="activity",
    order=50,
)
