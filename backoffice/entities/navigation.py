"""The entities' lines in the sidebar."""

from typing import cast

from django.utils.functional import Promise
from django.utils.text import capfirst

from backoffice.console import navigation
from backoffice.entities import registry


def register_entries() -> None:
    """One line for each entity, where it says that it stands."""
    for entity in registry.all():
        if not entity.section:
            continue
        navigation.register(
            entity.section,
            cast(Promise, capfirst(entity.model._meta.verbose_name_plural)),
            f"/{entity.slug}/",
            entity.icon,
            entity.order,
            entity.view_permission,
        )
