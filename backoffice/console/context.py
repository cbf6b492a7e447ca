"""What every page is given: the shell, worked out only when a template asks for it."""

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.functional import cached_property

from backoffice.console import navigation, preferences
from backoffice.console.banners import Banner, banners_for


class Shell:
    """The frame around a page, for one request; lazy, so that bare pages need no database."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.theme = preferences.theme_of(request)
        self.next_theme = preferences.theme_after(self.theme)

    @cached_property
    def person(self) -> object | None:
        """The signed-in person, or None."""
        user = getattr(self.request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @cached_property
    def welcome(self) -> bool:
        """Whether the person is signed in and has a role, and so sees the navigation."""
        return self.person is not None and getattr(self.person, "current_role", "") not in (
            "",
            "none",
        )

    @cached_property
    def navigation(self) -> list[navigation.Section]:
        """The sections of the sidebar."""
        return navigation.sections_for(self.request) if self.welcome else []

    @cached_property
    def banners(self) -> list[Banner]:
        """The lines above the page."""
        return banners_for(self.request)

    @property
    def here(self) -> str:
        """The address of this page, for the forms that lead back to it."""
        return self.request.get_full_path()

    @property
    def data_age(self) -> float | None:
        """Seconds between now and what this page shows; None when it was read from the primary.

        The replicas' middleware puts `data_age` on the request: a number, or a function of it.
        """
        age: float | Callable[[], float | None] | None = getattr(self.request, "data_age", None)
        return age() if callable(age) else age


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Give templates `shell`."""
    return {"shell": Shell(request)}
