"""The staff as records: who may look them up, and what their pages say."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.actors import Actor
from audit.models import Event
from backoffice.accounts.models import Staff
from backoffice.accounts.staffing import grant_role
from tests.content import make_help_center
from tests.harness import databases
from tests.people import make_people

BACKEND = "backoffice.accounts.google.GoogleSignIn"


@pytest.fixture(scope="module")
def world(committed_db_once):
    people = make_people()
    for name, role in (("aude", "auditor"), ("dev", "developer")):
        made = grant_role(
            f"{name}@example.com",
            role,
            actor=Actor.service("tests"),
            reason="a test needs them",
            name=name.capitalize(),
        )
        people[name] = made.staff
    with databases.connect("product") as product:
        site = make_help_center(product)
    return people, site


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
    return answer.content.decode()


@pytest.mark.parametrize("name", ["ada", "aude"])
def test_administrators_and_auditors_look_everyone_up(people, name):
    client = browse(people[name])
    listed = text_of(client, "/staff/")
    assert all(f"{other}@example.com" in listed for other in ("vera", "otis", "ada", "nolan"))
    vera = people["vera"]
    for rest in ("", "timeline/", "as-of/", "history/role/", "access/"):
        assert "Vera" in text_of(client, f"/staff/{vera.pk}/{rest}")
    assert "Staff" in text_of(client, "/")


@pytest.mark.parametrize("name", ["vera", "otis", "dev"])
def test_others_see_their_own_page_and_nobody_elses(people, name):
    client, own, other = browse(people[name]), people[name].pk, people["ada"].pk
    assert people[name].email in text_of(client, f"/staff/{own}/")
    text_of(client, f"/staff/{own}/timeline/")
    text_of(client, f"/staff/{own}/access/")
    for address in ("/staff/", f"/staff/{other}/", "/staff/987654/", f"/staff/{other}/access/"):
        assert "ada@example.com" not in text_of(client, address, 403)
    for rest in ("timeline/", "as-of/", "history/role/", "compare/"):
        assert client.get(f"/staff/{other}/{rest}").status_code == 403
    assert 'href="/staff/"' not in text_of(client, "/")


def test_it_finds_people_by_a_part_of_name_or_address(people):
    client = browse(people["ada"])
    assert "otis@example.com" in text_of(client, "/staff/?q=tis@exa")
    assert "otis@example.com" not in text_of(client, "/staff/?q=era")
    assert f"/staff/{people['otis'].pk}/" in text_of(client, "/search?q=otis")
    assert "otis@example.com" not in text_of(browse(people["vera"]), "/search?q=otis")


@pytest.mark.parametrize(
    ("query", "there", "missing"),
    [
        ("role=admin", "ada", "vera"),
        ("role=admin&role=viewer", "vera", "otis"),
        ("is_active=yes", "vera", ""),
        ("is_active=no", "", "vera"),
        ("elevated=yes", "", "vera"),
        ("elevated=no", "vera", ""),
        ("last_login_after=2100-01-01", "", "vera"),
        ("date_joined_after=2020-01-01", "vera", ""),
    ],
)
def test_it_filters(people, query, there, missing):
    listed = text_of(browse(people["ada"]), f"/staff/?{query}")
    rows = listed[listed.index("</thead>") :] if "</thead>" in listed else ""
    assert not there or f"{there}@example.com" in rows
    assert not missing or f"{missing}@example.com" not in rows


def test_a_persons_page_leads_to_what_they_did_and_may_do(people):
    otis = people["otis"]
    text_of(browse(otis), "/articles/")
    page = text_of(browse(people["ada"]), f"/staff/{otis.pk}/")
    assert f"/activity/?actor=staff%3A{otis.pk}" in page
    assert f"/staff/{otis.pk}/access/" in page
    assert "password" not in page.lower()


def test_nothing_of_the_password_column_is_ever_read(people):
    client = browse(people["ada"])
    with CaptureQueriesContext(connection) as queries:
        text_of(client, f"/staff/{people['otis'].pk}/")
    # One's own row is read whole, as Django's check of the session needs it.
    whole = [one["sql"] for one in queries.captured_queries if '"password"' in one["sql"]]
    assert len(whole) == 1


def test_a_list_of_many_costs_as_many_queries_as_one_of_few(people):
    client = browse(people["ada"])

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            text_of(client, "/staff/")
        return len(queries)

    cost()  # What a first page asks once is not meant.
    before = cost()
    for number in range(12):
        grant_role(
            f"more{number}@example.com", "viewer", actor=Actor.service("tests"), reason="many"
        )
    assert cost() == before


def test_names_of_colleagues_are_open_to_everyone_with_a_role(people, world):
    from backoffice.entities.names import Names

    name = Names(people["vera"]).of(Staff, people["ada"].pk)
    assert (name.text, name.url) == ("Ada", "")
    assert Names(people["ada"]).of(Staff, people["vera"].pk).url == f"/staff/{people['vera'].pk}/"


def test_opening_someones_page_is_on_record(people):
    otis = people["otis"]
    text_of(browse(people["aude"]), f"/staff/{otis.pk}/")
    event = Event.objects.filter(name="record.opened", entity="staff").latest("id")
    assert (event.actor_label, event.record_id) == ("Aude", str(otis.pk))
