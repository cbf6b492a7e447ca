"""The one guard of pages: who holds the permission comes in, the others read whom it is for."""

import pytest
from django.test import Client, RequestFactory

from backoffice.accounts.gates import needs
from tests.people import make_people

PAGES = {
    "/jobs/": "Jobs are for these roles: administrator, auditor, developer, operator.",
    "/alerts/": "Alerts are for these roles: administrator, auditor, developer, operator.",
    "/seals/": "Seals are for these roles: administrator, auditor, developer.",
    "/activity/writers/": (
        "Who writes the data is for these roles to see: administrator, auditor, developer."
    ),
    "/activity/export/csv/": (
        "Events are exported by these roles: administrator, auditor, developer, operator."
    ),
    "/events/export/ndjson/": "Events are exported by these roles:",
}


@pytest.fixture(scope="module")
def people(committed_db_once):
    return make_people()


@pytest.mark.parametrize("address", PAGES)
def test_a_viewer_reads_whom_the_page_is_for(people, address):
    answers = []
    for name in ("vera", "ada"):
        client = Client(headers={"accept-language": "en"})
        client.force_login(people[name], backend="backoffice.accounts.google.GoogleSignIn")
        answers.append(client.get(address))
    assert [answer.status_code for answer in answers] == [403, 200]
    assert PAGES[address] in answers[0].content.decode()


def test_it_hands_on_all_that_the_view_takes():
    class Holder:
        def has_perm(self, permission):
            return permission == "jobs.view_job"

    @needs("jobs.view_job", "for %(roles)s")
    def show(request, *args, **kwargs):
        """What it shows."""
        return args, kwargs

    request = RequestFactory().get("/")
    request.user = Holder()
    assert show(request, 1, pk=2) == ((1,), {"pk": 2})
    assert (show.__name__, show.__doc__) == ("show", "What it shows.")
