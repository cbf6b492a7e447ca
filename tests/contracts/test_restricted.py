"""A channel that is open to a few says nothing to the others: no name, no number, not that it is.

Everything of the closed channel carries a mark that stands nowhere else. Otis and Vera follow every
link that the console shows them, and ask besides for what only an address leads to. Whatever they
ask of what is closed to them is answered as if it had never been.
"""

import re

import pytest
from guardian.shortcuts import assign_perm

from articles.models import Article, Channel
from audit import events
from audit.actors import Actor
from audit.context import change
from audit.models import Event, Outcome
from audit.paging import Position
from backoffice.accounts.staffing import grant_role
from backoffice.console import saved_views
from backoffice.console.models import SavedView
from tests.audit.writing import change_by
from tests.content import make_help_center
from tests.contracts.test_masking import content_of, everything, sign_in
from tests.harness import databases
from tests.people import make_people

MARK, OTHER, NEVER = "qwzsecret", "qwznobody", 987_654
SET = "UPDATE articles_article SET {} WHERE id = ANY (%s)"
# What differs between two answers because two things were asked for.
ASKED = re.compile(rf"\d+|{MARK}|{OTHER}|insider|outsider")
# What differs between any two answers.
RANDOM = re.compile(
    r'(?:name="csrfmiddlewaretoken" value|X-CSRFToken"?:)[^>]*|\b[0-9a-f-]{32,36}\b'
)


@pytest.fixture(scope="module")
def world(committed_db_once):
    """An open channel and a closed one, what was done in each, and what reached into both."""
    people = make_people()
    for first, role in (("olga", "operator"), ("vince", "viewer")):
        service = Actor.service("tests")
        granted = grant_role(f"{first}@example.com", role, actor=service, reason="-", name=first)
        people[first] = granted.staff
    with databases.connect("product") as product:
        site = make_help_center(product)
        closed = make_help_center(product, slug=MARK)
        _act(product, site, closed)
    made = _work_in_batches(Actor.staff(people["ada"]), site, closed)
    page = saved_views.page_called("activity")
    for query in (f"scope=아크미 {MARK}", f"area={closed.space}", f"scope={site.channel}"):
        name = MARK if str(site.channel) not in query else "open"
        saved_views.save(
            people["ada"], page, f"{name} {query[:5]}", query, shared=True, default=False
        )
    params = {"email": "ada@example.com", "role": "admin", "before": "admin"}
    with change("staff.role_granted", actor=Actor.service("tests"), reason="-", params=params):
        channel = Channel.objects.get(pk=closed.channel)
        assign_perm("articles.access_channel", people["ada"], channel)
    return site, closed, people, made


def _act(product, site, closed):
    for article in closed.articles:
        with change_by(product, Actor.member("insider", f"{MARK} 김비밀"), MARK) as cursor:
            cursor.execute(SET.format("hidden = true"), ([article],))
    # A namesake of someone who acts in the open channel, too.
    with change_by(product, Actor.member("minji", f"{MARK} 민지")) as cursor:
        cursor.execute(SET.format("pinned = true"), (closed.articles,))
    with change_by(product, Actor.script("tidy", "tidy"), "both at once") as cursor:
        cursor.execute(SET.format("pinned = true"), (site.articles[:1],))
        cursor.execute(SET.format("state = 'archived'"), (closed.articles[:1],))
        cursor.execute("DELETE FROM articles_translation WHERE id = %s", closed.translations[:1])


def _work_in_batches(ada, site, closed):
    """A request, and a part of it in each channel; the ids of the three events."""
    asked = events.record("article.hidden", actor=ada, outcome=Outcome.REQUESTED).event_id
    found = {"asked": asked}
    for name, where in (("open", site), ("closed", closed)):
        with change("article.hidden", actor=ada, reason="a part", parent_id=asked) as event:
            Article.objects.filter(pk=where.articles[1]).update(position=7)
        found[name] = event.event_id
    return found


def asked_of(closed, made):
    """Addresses of what is closed, each with one of what never was."""
    records = {
        "channels": closed.channel,
        "members": closed.member,
        "spaces": closed.space,
        "categories": closed.categories[0],
        "articles": closed.articles[0],
        "translations": closed.translations[1],
    }
    pages = ("timeline/?own=yes", "as-of/", "compare/", "history/created_at/", "", "timeline/")
    for slug, pk in (*records.items(), ("translations", closed.translations[0])):
        for page in pages if slug in {"spaces", "translations"} else pages[-2:]:
            yield f"/{slug}/{pk}/{page}", f"/{slug}/{NEVER}/{page}"
    for query, pk in (("author", closed.member), ("space", closed.space)):
        yield f"/articles/?{query}={pk}", f"/articles/?{query}={NEVER}"
        yield f"/articles/?{query}={MARK}", f"/articles/?{query}={OTHER}"
    for page in ("activity/", "events/", "activity/export/csv/", "events/export/ndjson/"):
        for query, there, never in (
            ("scope=", closed.channel, NEVER),
            ("scope=%23", closed.channel, NEVER),
            ("scope=", MARK, OTHER),
            ("area=", closed.space, NEVER),
            ("actor=member:", "insider", "outsider"),
            ("person=", MARK, OTHER),
            ("text=", MARK, OTHER),
            ("record=article:", closed.articles[0], NEVER),
        ):
            if "record" not in query or "events" in page:
                yield f"/{page}?{query}{there}", f"/{page}?{query}{never}"
    yield f"/events/{made['closed']}/", f"/events/{NEVER}/"
    place = Position(*Event.objects.values_list("occurred_at", "id").get(id=made["closed"]))
    yield f"/activity/fold/?at={place}", f"/activity/fold/?at={place.at.year}.{NEVER}"
    run = "/operations/article.hide/?target="
    yield f"{run}{closed.articles[0]}", f"{run}{NEVER}"
    yield f"/search?q={MARK}", f"/search?q={OTHER}"


def shape_of(client, address):
    """An answer without what two askings differ in."""
    answer = client.get(address)
    text = ASKED.sub("", RANDOM.sub("", content_of(answer)))
    return answer.status_code, text.splitlines()


@pytest.mark.parametrize(("name", "each"), [("otis", 1), ("vera", 3)])
def test_what_is_closed_is_answered_like_what_never_was(world, name, each):
    _site, closed, people, made = world
    client = sign_in(people[name])
    for there, never in list(asked_of(closed, made))[::each]:
        assert shape_of(client, there) == shape_of(client, never), there


def test_it_is_there_for_whom_it_is_open_to(world):
    _site, closed, people, made = world
    ada = sign_in(people["ada"])
    pairs = list(asked_of(closed, made))[::9]
    told = [there for there, never in pairs if shape_of(ada, there) != shape_of(ada, never)]
    assert len(told) > len(pairs) * 0.8


@pytest.mark.parametrize(
    "query",
    ["verb=archived", "verb=deleted", "entity=translation", "field=article.state", "area={}"],
)
def test_a_filter_asks_nothing_of_the_closed_part_of_an_event(world, query):
    """Its open part is shown, so whether it passes would tell what the other part is."""
    site, closed, people, _made = world
    address = f"/activity/?by=script&{query.format(closed.space)}"
    assert len(sign_in(people["ada"]).get(address).context["timeline"].items) == 1
    otis = sign_in(people["otis"])
    assert otis.get(address).context["timeline"].items == []
    (shown,) = otis.get("/activity/?by=script&field=article.pinned").context["timeline"].items
    assert shown.event.reason == "both at once"


def test_an_actor_is_called_as_they_are_where_one_may_look(world):
    site, closed, people, _made = world
    otis = sign_in(people["otis"])
    for address, name in (
        ("/activity/?actor=member:insider", "insider"),
        ("/activity/?actor=member:minji", "minji"),
        (f"/activity/?scope={site.channel}&actor=member:minji", "minji"),
    ):
        chips = {chip.label: chip.value for chip in otis.get(address).context["reading"].chips}
        assert chips["By"] == f"{name} (member)"


def test_the_parts_of_work_in_batches_are_those_that_are_open(world):
    _site, _closed, people, made = world
    address = f"/events/{made['asked']}/"
    shown = {
        name: [
            child.id for child in sign_in(people[name]).get(address).context["page"].kin.children
        ]
        for name in ("ada", "otis")
    }
    assert shown == {"ada": [made["closed"], made["open"]], "otis": [made["open"]]}


def test_a_shared_view_is_offered_to_whom_all_that_it_names_is_open(world):
    """The one that was saved with a name is kept by its id: a name can be called otherwise."""
    site, closed, people, _made = world
    queries = [view.query for view in SavedView.objects.order_by("id")]
    assert queries == [f"scope={closed.channel}", f"area={closed.space}", f"scope={site.channel}"]
    for name, seen in (("otis", ["open scope"]), ("vera", ["open scope"]), ("ada", [])):
        saved = sign_in(people[name]).get("/activity/").context["saved"]
        assert [one.view.name for one in saved.shared] == seen
    events = Event.objects.filter(name="view.shared").order_by("id")
    assert [event.scope for event in events] == [closed.channel, closed.channel, site.channel]
    # Opened by its address it says no more than what the address asks for.
    view = SavedView.objects.get(query=f"area={closed.space}")
    page = sign_in(people["otis"]).get(saved_views.url_of(view))
    assert page.status_code == 400 and MARK not in page.content.decode()


# Not those who asked for it above: what they typed is theirs to see.
@pytest.mark.parametrize("name", ["olga", "vince"])
def test_no_address_says_anything_of_it(world, name):
    site, closed, people, made = world
    start = ["/", "/activity/", "/events/", f"/events/{made['asked']}/", "/search?q=qwz"]
    start += [f"/{p}/export/{k}/" for p in ("activity", "events") for k in ("csv", "ndjson")]
    start += [f"/channels/{site.channel}/timeline/", f"/articles/{site.articles[0]}/timeline/"]
    told, pages = [], 0
    for address, _answer, text in everything(sign_in(people[name]), start, 45):
        pages += 1
        said = {MARK, "insider", f'/events/{made["closed"]}/"', f"/channels/{closed.channel}/"}
        told += [(address, one) for one in said if one in text.lower() and one not in address]
    assert told == []
    assert pages == 45
