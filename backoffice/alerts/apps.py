from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class AlertsConfig(AppConfig):
    name = "backoffice.alerts"
    label = "alerts"
    verbose_name = _("Alerts")

    def ready(self) -> None:
        import audit.alert_builtin  # noqa: F401 - declares the rules of every area
        from audit.alert_rules import tell_children
        from backoffice.alerts.access import SEE
        from backoffice.alerts.panels import open_alerts
        from backoffice.console import navigation, panels, states
        from backoffice.entities import registry

        tell_children(
            lambda: {child for e in registry.all() for child, _column in e.timeline_children}
        )
        autodiscover_modules("alerts")
        navigation.register("manage", _("Alerts"), "alerts-list", "bell", 50, SEE)
        panels.register("alerts", _("Alerts"), "alerts/_panel.html", open_alerts, 10, SEE)
        states.register_state("alert_open", "bell", "red", _("Unacknowledged"))
        states.register_state("acknowledged", "check-circle", "green", _("Acknowledged"))
        states.register_state("waiting", "clock", "grey", _("Waiting"))
        states.register_state("sent", "check-circle", "green", _("Sent"))
