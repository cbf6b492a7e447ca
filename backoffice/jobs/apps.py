from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "backoffice.jobs"
    label = "jobs"

    def ready(self) -> None:
        from backoffice.console import navigation, states
        from backoffice.jobs.access import SEE

        navigation.register("manage", _("Jobs"), "jobs-list", "layers", 60, SEE)
        states.register_state("todo", "clock", "grey", _("Waiting"))
        states.register_state("doing", "play", "accent", _("Running"))
        states.register_state("aborted", "cross-circle", "slate", _("Stopped"))
