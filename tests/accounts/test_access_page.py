"""What may this person do, and why: against a table of roles and operations of its own."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.actors import Actor
from backoffice.accounts import powers
from backoffice.accounts.models import Staff
from backoffice.accounts.staffing import grant_role
from backoffice.operations import registry
from backoffice.operations.performers import StaffPerformer
from backoffice.operations.pipeline import execute
from tests.accounts.lending import elevate, now
from tests.content import make_help_center
from tests.harness import databases
from tests.people import make_people

BACKEND = "backoffice.accounts.google.GoogleSignIn"
ROLES = ("viewer", "operator", "admin", "auditor", "developer")
# Who may do what beside operators and administrators, who may do all the others.
MAY = {
    **dict.fromkeys(("staff.add", "staff.set_role", "staff.disable", "staff.enable"), "admin"),
    **dict.fromkeys(
        ("channel.restrict", "channel.assign", "channel.unassign", "channel.open"), "admin"
    ),
    "staff.elevate": "viewer operator auditor developer",
    "staff.end_elevation": "viewer operator admin auditor developer",
    "member.reveal": "viewer developer",
}
LINE = re.compile(
    r'<li class="power( power--no)?">(?:(?!</li>).)*?<code class="muted">([\w.]+)</code>', re.DOTALL
)


@pytest.fixture(scope="module")
def world(committed_db_once):
    people = make_people()
    for role in ("auditor", "developer"):
        made = grant_role(
            f"{role}@example.com", role, actor=Actor.service("tests"), reason="exists", name=role
        )
        people[role] = made.staff
    with databases.connect("product") as product:
        site = make_help_center(product)
        other = make_help_center(product, slug="other")
    for channel, names in ((site.channel, ["vera"]), (other.channel, ["otis"])):
        execute(
            "channel.restrict",
            [channel],
            {"people": [str(people[name].pk) for name in names]},
            actor=StaffPerformer(people["ada"]),
            reason="restricted for the test",
        )
    elevate(people["developer"], people["ada"], role="operator")
    return people, site, other


@pytest.fixture
def people(world):
    return world[0]


def browse(person: Staff) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person, backend=BACKEND)
    return client


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, f"{address} answered {answer.status_code}"
    return unescape(answer.content.decode())


def answers(page: str) -> dict[str, bool]:
    """Yes or no, by operation, as the page says it."""
    return {found[2]: not found[1] for found in LINE.finditer(page)}


def test_it_says_of_every_role_and_operation_what_the_table_says(people):
    expected = {
        (role, name): role in MAY.get(name, "operator admin").split()
        for role in ROLES
        for name in registry.all_operations()
        if name not in EDITED_BY_ADMINISTRATORS
    }
    said = {
        (role, power.name): power.allowed
        for role in ROLES
        for power in powers.powers_of(Staff(role=role))
        if power.is_operation and power.name not in EDITED_BY_ADMINISTRATORS
    }
    assert said == expected


# Declared for administrators alone by their own area; the guard is what the next test asks.
EDITED_BY_ADMINISTRATORS = {
    name
    for name, one in registry.all_operations().items()
    if name not in MAY and set(one.roles) == {"admin"}
}


@pytest.mark.parametrize("name", ["vera", "otis", "ada", "auditor", "developer"])
def test_its_answers_are_those_of_the_guard(people, name):
    person = now(people[name])
    page = answers(text_of(browse(person), f"/staff/{person.pk}/access/"))
    performer = StaffPerformer(person)
    guarded = {key: performer.may(one) for key, one in registry.all_operations().items()}
    assert page == guarded


def test_it_says_by_what(people):
    ada = browse(people["ada"])
    assert "by the role operator" in text_of(ada, f"/staff/{people['otis'].pk}/access/")
    assert "needs administrator" in text_of(ada, f"/staff/{people['otis'].pk}/access/")
    elevated = text_of(ada, f"/staff/{people['developer'].pk}/access/")
    assert "by the elevation to operator, until" in elevated and "Own role: developer" in elevated


def test_it_says_of_who_is_switched_off_that_they_may_nothing():
    off = Staff(role="admin", is_active=False)
    assert not any(power.allowed for power in powers.powers_of(off))
    assert {power.why for power in powers.powers_of(off)} == {"switched off: may do nothing"}


def test_it_says_what_is_restricted_and_by_whose_grant(people, world):
    _people, site, other = world
    page = text_of(browse(people["ada"]), f"/staff/{people['vera'].pk}/access/")
    assert "아크미 acme" in page and "named by Ada" in page
    assert "closed: not named" in page
    assert re.search(r'named by Ada.{0,300}href="/events/\d+/"', page, re.DOTALL)
    # One's own page is silent about what is closed to oneself.
    own = text_of(browse(people["vera"]), f"/staff/{people['vera'].pk}/access/")
    assert "아크미 acme" in own and "아크미 other" not in own
    assert "open to administrators" in text_of(
        browse(people["ada"]), f"/staff/{people['ada'].pk}/access/"
    )


def test_it_is_searched_by_name(people):
    client = browse(people["vera"])
    page = answers(text_of(client, f"/staff/{people['vera'].pk}/access/?q=article.hide"))
    assert set(page) == {"article.hide"}
    assert "Nothing found" in text_of(client, f"/staff/{people['vera'].pk}/access/?q=kangaroo")
    text_of(client, f"/staff/{people['vera'].pk}/access/?q={'x' * 101}", 400)


def test_every_refusal_leads_to_who_has_it_and_to_what_one_may(people, world):
    _people, site, _other = world
    client = browse(people["vera"])
    refused = text_of(client, f"/operations/article.hide/?target={site.articles[0]}", 403)
    assert 'href="/access/article.hide/"' in refused
    assert 'href="/access/"' in text_of(client, "/staff/", 403)
    who = text_of(client, "/access/article.hide/")
    assert (
        "Otis" in who
        and "Ada" in who
        and "developer" in who
        and "Vera" not in who.split("<main")[1]
    )
    assert "You may not do this: needs operator · administrator" in who
    assert "/operations/staff.elevate/" in who
    only = text_of(client, "/access/staff.set_role/")
    assert "Ada" in only and "Otis" not in only.split("<main")[1]
    assert client.get("/access/")["location"] == f"/staff/{people['vera'].pk}/access/"
    text_of(client, "/access/no.such_thing/", 404)


def test_it_costs_the_same_however_much_is_restricted(people):
    client, address = browse(people["ada"]), f"/staff/{people['vera'].pk}/access/"

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            text_of(client, address)
        return len(queries)

    cost()  # What a first page asks once is not meant.
    before = cost()
    with databases.connect("product") as product:
        more = [make_help_center(product, slug=f"more{n}").channel for n in range(4)]
    execute(
        "channel.restrict",
        more,
        {"people": [str(people["vera"].pk)]},
        actor=StaffPerformer(people["ada"]),
        reason="restricted for the test",
    )
    assert cost() == before <= 25
