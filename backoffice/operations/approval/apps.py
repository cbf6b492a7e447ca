from django.apps import AppConfig
from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy as _


class ApprovalConfig(AppConfig):
    name = "backoffice.operations.approval"
    label = "approval"
    verbose_name = _("Requests")

    def ready(self) -> None:
        from backoffice.console import navigation, panels, states
        from backoffice.operations.approval.access import ask_again, badge
        from backoffice.operations.approval.panels import waiting

        post_save.connect(ask_again, sender=self.get_model("Request"))
        navigation.register("top", _("Requests"), "approval-list", "requests", 30, count=badge)
        panels.register("requests", _("Requests"), "approval/_panel.html", waiting, 5)
        states.register_state("request_open", "clock", "amber", _("Waits for approval"))
        states.register_state("request_approved", "check-circle", "green", _("Approved"))
        states.register_state("request_refused", "cross-circle", "red", _("Refused"))
        states.register_state("request_withdrawn", "undo", "grey", _("Withdrawn"))
        states.register_state("request_expired", "clock", "slate", _("Expired"))
