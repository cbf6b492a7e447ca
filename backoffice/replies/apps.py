"""Finds the areas' replies, and offers them where something is found."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class RepliesConfig(AppConfig):
    name = "backoffice.replies"
    label = "replies"
    verbose_name = _("Replies")

    def ready(self) -> None:
        from backoffice.activity.fold_actions import register_fold_action
        from backoffice.replies.offers import reply_to_fold

        autodiscover_modules("replies")
        register_fold_action(reply_to_fold)
