"""Where a reply is offered: the button on a fold's page, and which events have one."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from backoffice.activity.fold_actions import FoldAction
from backoffice.activity.fold_rows import ShownFold
from backoffice.replies.stories import tellable


def reply_to_fold(request: HttpRequest, fold: ShownFold) -> FoldAction | None:
    """The way from a fold to the text about it."""
    if fold.shows_outcome or tellable(fold.groups) is None:
        return None
    query = fold.url.partition("?")[2]
    label = _("Reply to the customer")
    return FoldAction(label, f"{reverse('replies-fold')}?{query}", icon="comment")
