"""Views saved of a page: one's own, offered to others, opened by default."""

import pytest
from django.db import IntegrityError
from django.http import QueryDict
from django.test import Client

from audit.models import Event
from backoffice.console import saved_views
from backoffice.console.models import SavedView

BACKEND = "backoffice.accounts.google.GoogleSignIn"


@pytest.fixture
def browse(people):
    def sign_in(name):
        client = Client(headers={"accept-language": "en"})
        client.force_login(people[name], backend=BACKEND)
        return client

    return sign_in


def keep(client, name="Deletions", query="verb=deleted", **more):
    return client.post("/views/", {"page": "activity", "name": name, "query": query, **more})


def shared_events():
    found = Event.objects.filter(name__startswith="view.").order_by("id")
    return [(event.name, event.actor_label, event.params["name"]) for event in found]


def test_it_is_saved_and_found_in_the_menu_of_its_owner_only(browse):
    vera = browse("vera")
    assert vera.get("/views/", {"page": "activity", "query": "verb=deleted"}).status_code == 200
    answer = keep(vera)
    view = SavedView.objects.get()
    assert answer["location"] == f"/activity/?verb=deleted&view={view.pk}"
    page = vera.get(answer["location"])
    assert page.context["saved"].current == view
    assert "Deletions" in page.content.decode()
    assert "Deletions" not in browse("otis").get("/activity/").content.decode()
    assert shared_events() == []


def test_saving_it_again_under_its_name_replaces_it(browse):
    vera = browse("vera")
    keep(vera)
    keep(vera, query="verb=hidden")
    assert [view.query for view in SavedView.objects.all()] == ["verb=hidden"]


def test_one_that_is_shared_is_offered_to_everyone_and_sharing_is_an_event(browse):
    keep(browse("vera"), shared="on")
    view = SavedView.objects.get()
    otis = browse("otis")
    (offered,) = otis.get("/activity/").context["saved"].shared
    assert (offered.view, offered.owner) == (view, "Vera")
    assert otis.get(offered.url).status_code == 200
    assert shared_events() == [("view.shared", "Vera", "Deletions")]
    browse("vera").post(f"/views/{view.pk}/", {"name": "Deletions"})
    assert otis.get("/activity/").context["saved"].shared == []
    assert shared_events()[1:] == [("view.unshared", "Vera", "Deletions")]


def test_only_its_owner_changes_or_deletes_it(browse):
    vera, otis = browse("vera"), browse("otis")
    keep(vera, shared="on")
    view = SavedView.objects.get()
    address = f"/views/{view.pk}/"
    for data in ({"name": "Mine"}, {"delete": "yes"}, {"query": "verb=hidden"}):
        assert otis.post(address, data).status_code == 404
    assert otis.get(address).status_code == 404
    view.refresh_from_db()
    assert (view.name, view.query) == ("Deletions", "verb=deleted")
    vera.post(address, {"query": "verb=hidden&planet=mars"})
    vera.post(address, {"name": "Hidden", "shared": "on"})
    view.refresh_from_db()
    assert (view.name, view.query, view.shared) == ("Hidden", "verb=hidden", True)
    assert vera.post(address, {"delete": "yes"})["location"] == "/activity/?view=all"
    assert not SavedView.objects.exists()


def test_the_default_is_opened_by_the_bare_address_and_can_be_left(browse):
    vera = browse("vera")
    keep(vera, is_default="on")
    keep(vera, "Hidden", "verb=hidden", is_default="on")
    first, second = SavedView.objects.order_by("id")
    assert (first.is_default, second.is_default) == (False, True)
    assert vera.get("/activity/")["location"] == saved_views.url_of(second)
    everything = vera.get("/activity/?view=all")
    assert everything.status_code == 200
    # However bare a link of the page is, it does not lead back to the default.
    narrowed = vera.get("/activity/?verb=deleted")
    (chip,) = narrowed.context["reading"].chips
    assert chip.url == "/activity/?view=all"
    assert browse("otis").get("/activity/").status_code == 200


def test_nothing_but_the_pages_own_parameters_is_kept():
    page = saved_views.page_called("activity")
    given = QueryDict("verb=deleted&planet=mars&before=1.2&view=3&entity=&text=a")
    assert page.query_of(given) == "text=a&verb=deleted"
    for bad in ("text=" + "x" * 201, "text=a%00b", "&".join(["verb=a"] * 41)):
        with pytest.raises(saved_views.BadView):
            page.query_of(QueryDict(bad))


def test_one_that_may_mean_several_scopes_is_kept_but_not_shared(browse, site, elsewhere):
    vera = browse("vera")
    answer = keep(vera, query="scope=아크미", shared="on")
    assert answer.status_code == 422
    assert "may mean several" in answer.content.decode()
    assert not SavedView.objects.exists() and shared_events() == []
    keep(vera, query="scope=아크미")
    view = SavedView.objects.get()
    assert vera.post(f"/views/{view.pk}/", {"name": "x", "shared": "on"}).status_code == 422
    view.refresh_from_db()
    assert (view.name, view.query, view.shared) == (
        "Deletions",
        "scope=%EC%95%84%ED%81%AC%EB%AF%B8",
        False,
    )
    # One that was shared before this was known can be taken back.
    SavedView.objects.update(shared=True)
    assert browse("otis").get("/activity/").context["saved"].shared == []
    vera.post(f"/views/{view.pk}/", {"delete": "yes"})
    assert not SavedView.objects.exists()
    assert shared_events() == [("view.unshared", "Vera", "")]


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"page": "planets", "name": "x"}, 404),
        ({"page": "activity", "name": ""}, 422),
        ({"page": "activity", "name": "x" * 81}, 422),
        ({"page": "activity", "name": "x", "query": "text=" + "x" * 300}, 404),
    ],
)
def test_what_cannot_be_saved_is_refused_and_nothing_is_kept(browse, data, status):
    answer = browse("vera").post("/views/", data)
    assert answer.status_code == status
    assert "<h1" in answer.content.decode()
    assert not SavedView.objects.exists()


def test_names_are_taken_once_and_there_are_at_most_fifty(browse, monkeypatch):
    monkeypatch.setattr(saved_views, "MOST_OWN", 2)
    vera = browse("vera")
    keep(vera, "One")
    keep(vera, "Two")
    assert keep(vera, "Three").status_code == 422
    one = SavedView.objects.get(name="One")
    assert vera.post(f"/views/{one.pk}/", {"name": "Two"}).status_code == 422
    assert sorted(SavedView.objects.values_list("name", flat=True)) == ["One", "Two"]
    for pk in ("0", "x", "9" * 30):
        assert vera.get(f"/views/{pk}/").status_code == 404


def test_blanks_name_no_scope(browse):
    keep(browse("vera"), query="scope=++&area=+&verb=deleted", shared="on")
    (offered,) = browse("otis").get("/activity/").context["saved"].shared
    assert offered.view.shared
    assert browse("otis").get(offered.url).status_code in {200, 302}


def test_two_who_save_at_once_are_told_that_the_name_is_taken(browse, monkeypatch):
    def lose(*args, **options):
        raise IntegrityError("view_name")

    monkeypatch.setattr(saved_views, "save", lose)
    answer = keep(browse("vera"))
    assert answer.status_code == 422
    assert "You have a view of this name already." in answer.content.decode()
