"""Home, help, and the switches of language and theme."""

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backoffice.accounts.gates import open_without_role
from backoffice.console import navigation, panels, preferences, topics


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Where a day starts: the search, the panels of the rooms, help for the common stories."""
    places = [s.lines for s in navigation.sections_for(request) if s.name == "look_up"]
    context = {
        "panels": panels.panels_for(request),
        "places": places[0] if places else [],
        "topics": topics.all_topics(),
    }
    return render(request, "console/home.html", context)


@open_without_role
@require_safe
def help_index(request: HttpRequest) -> HttpResponse:
    """List the help topics."""
    return render(request, "help/index.html", {"topics": topics.all_topics()})


@open_without_role
@require_safe
def help_topic(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one help topic in the reader's language."""
    topic = topics.get_topic(slug)
    if topic is None:
        raise Http404(_("There is no help topic of this name."))
    others = [other for other in topics.all_topics() if other is not topic]
    context = {"topic": topic, "body": topic.load(), "topics": others}
    return render(request, "help/topic.html", context)


@open_without_role
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember the language of this browser and lead back."""
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        raise BadRequest(_("This language is not offered. Choose Korean or English."))
    return preferences.remember(request, settings.LANGUAGE_COOKIE_NAME, language)


@open_without_role
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Remember the theme of this browser and lead back."""
    theme = request.POST.get("theme", "")
    if theme not in preferences.THEMES:
        raise BadRequest(_("There is no such theme. Choose automatic, light or dark."))
    return preferences.remember(request, preferences.THEME_COOKIE, theme)
