"""Giving roles from the command line, and the people of the demo."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from audit.models import Effect, Event
from backoffice.accounts.demo import PEOPLE, demo_people
from backoffice.accounts.models import Staff
from tests.accounts.round_trip import sign_in

pytestmark = pytest.mark.usefixtures("committed_db")


def grant(*args: str) -> None:
    call_command("grant_role", *args, verbosity=0)


def test_it_makes_the_first_administrator_before_they_ever_sign_in(capsys):
    grant("Ada@Example.COM", "admin", "--reason", "first administrator")
    assert capsys.readouterr().out == "ada@example.com: none → admin.\n"
    ada = Staff.objects.get()
    assert (ada.email, ada.role, ada.is_active) == ("ada@example.com", "admin", True)
    event = Event.objects.get()
    assert (event.name, event.kind, event.outcome) == ("staff.role_granted", "change", "succeeded")
    assert (event.actor_kind, event.actor_id) == ("script", "grant_role")
    assert event.reason == "first administrator"
    assert event.params == {"email": "ada@example.com", "role": "admin", "before": "none"}


def test_who_was_made_by_the_command_can_sign_in(client, provider):
    grant("ada@example.com", "admin")
    assert sign_in(client, "ada@example.com").status_code == 302
    assert Staff.objects.get().role == "admin"


def test_it_changes_the_role_of_somebody_known(capsys):
    grant("ada@example.com", "admin")
    grant("otis@example.com", "viewer")
    grant("otis@example.com", "operator")
    assert "otis@example.com: viewer → operator." in capsys.readouterr().out
    assert Staff.objects.get(email="otis@example.com").role == "operator"


def test_it_writes_nothing_when_the_role_is_theirs_already(capsys):
    grant("ada@example.com", "admin")
    grant("ada@example.com", "admin")
    assert "Nothing to do" in capsys.readouterr().out
    assert Event.objects.count() == 1


def test_every_change_of_a_role_is_in_the_history_of_the_person(client, provider):
    grant("otis@example.com", "viewer")
    grant("otis@example.com", "operator")
    sign_in(client, "otis@example.com")
    otis = Staff.objects.get()
    assert otis.last_login is not None
    versions = list(otis.history.order_by("history_id"))
    granted = list(Event.objects.filter(name="staff.role_granted").order_by("id"))
    assert [version.role for version in versions[:2]] == ["viewer", "operator"]
    assert [version.event_id for version in versions[:2]] == [event.pk for event in granted]
    # The first sign-in brought the name from Google, and nothing else: last_login is no version.
    assert [version.changed_fields for version in versions[2:]] == [["name"]]
    effects = Effect.objects.filter(event_id__in=[event.pk for event in granted])
    assert {(effect.entity, effect.record_id) for effect in effects} == {("staff", otis.pk)}


def test_nobody_gets_a_role_without_an_event():
    grant("otis@example.com", "viewer")
    with pytest.raises(DatabaseError, match="event"):
        Staff.objects.update(role="admin")
    assert Staff.objects.get().role == "viewer"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("ada@example.com", "king"), "'king' is no role. Choose one of none, viewer"),
        (("ada", "admin"), "'ada' is no e-mail address"),
        (("", "admin"), "is no e-mail address"),
        (("x" * 300 + "@example.com", "admin"), "is no e-mail address"),
        (("ada@example.com", "admin", "--reason", "  "), "The reason has 0 characters"),
        (("ada@example.com", "admin", "--reason", "x" * 1_001), "The reason has 1001 characters"),
        (("ada@example.com", "admin", "--name", "x" * 151), "The name has 151 characters"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_it_refuses_bad_input_and_writes_nothing(arguments, message):
    with pytest.raises(CommandError, match=message):
        grant(*arguments)
    assert not Staff.objects.exists()
    assert not Event.objects.exists()


def test_it_keeps_the_last_administrator():
    grant("ada@example.com", "admin")
    with pytest.raises(CommandError, match="last administrator"):
        grant("ada@example.com", "viewer")
    assert Staff.objects.get().role == "admin"
    assert Event.objects.count() == 1
    grant("otis@example.com", "admin")
    grant("ada@example.com", "viewer")
    assert Staff.objects.get(email="ada@example.com").role == "viewer"


def test_createsuperuser_makes_an_administrator_under_an_event():
    call_command(
        "createsuperuser", interactive=False, email="Ada@example.com", name="Ada", verbosity=0
    )
    ada = Staff.objects.get()
    assert (ada.email, ada.role, ada.has_usable_password()) == ("ada@example.com", "admin", False)
    assert Event.objects.get().actor_id == "createsuperuser"


def test_the_demo_gives_its_people_their_roles_once():
    assert demo_people() == 3
    assert demo_people() == 0
    assert dict(Staff.objects.values_list("email", "role")) == {
        "vera@example.com": "viewer",
        "otis@example.com": "operator",
        "ada@example.com": "admin",
    }


def test_the_demo_knows_five_people():
    assert [person.email for person in PEOPLE] == [
        "vera@example.com",
        "otis@example.com",
        "ada@example.com",
        "nolan@example.com",
        "mallory@elsewhere.test",
    ]
    assert len({person.subject for person in PEOPLE}) == 5
    assert all(len(person.subject) == 21 for person in PEOPLE)
