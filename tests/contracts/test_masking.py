"""Nothing that a viewer can reach says a customer's person's name or address; an operator sees it.

The world has names and addresses that stand nowhere else. Two people follow every link that the
console shows them, from the front page on, and ask besides for what only an address leads to.
"""

import re
from html import unescape
from unicodedata import normalize
from urllib.parse import quote, quote_plus, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.actors import Actor
from backoffice.accounts.staffing import grant_role
from tests.audit.writing import change_by
from tests.content import make_help_center
from tests.harness import databases
from tests.people import make_people

NOW, BEFORE, GONE = ("Qwzmarkernow", "현재표식"), ("Qwzmarkerold", "예전표식"), ("Qwzmarkergone",)
ADDRESSES = ("qwzmailnow@marker.test", "qwzmailold@marker.test", "qwzmailgone@marker.test")
MARKERS = [*NOW, *BEFORE, *GONE, *(part for one in ADDRESSES for part in (one, one.split("@")[0]))]
EXPORTS = ("csv", "ndjson")
LINK = re.compile(r'(?:href|data-url|hx-get|action|formaction)="([^"]+)"')
# Where a link leads away, signs out or only repeats the page in another way.
LEFT_ALONE = re.compile(r"^/(static|sign-|language|theme|admin)|[?&](after|before|order)=")
SHAPES = re.compile(r"\d+")
# What differs between any two answers.
ALIKE = re.compile(
    r'(?:name="csrfmiddlewaretoken" value|X-CSRFToken"?:)[^>]*|\b[0-9a-f-]{32,36}\b|\d'
)


@pytest.fixture(scope="module")
def world(committed_db_once):
    people = make_people()
    service = Actor.service("tests")
    dev = grant_role("dev@example.com", "developer", actor=service, reason="develops", name="Dev")
    people["dev"] = dev.staff
    with databases.connect("product") as product:
        site = make_help_center(product)
        _have_a_past(product, site)
    return site, people


def _have_a_past(product, site):
    """A member with names now and before, one that is gone, and both of them acting."""
    actor = Actor.member("minji", f"{NOW[0]} {NOW[1]}")
    product.execute(
        "UPDATE articles_member SET name = %s, email = %s", (" ".join(BEFORE), ADDRESSES[1])
    )
    with change_by(product, actor, "sorting", tool="editor") as cursor:
        values = (" ".join(NOW), ADDRESSES[0])
        cursor.execute("UPDATE articles_member SET name = %s, email = %s", values)
        cursor.execute("UPDATE articles_article SET hidden = true WHERE id = %s", site.articles[:1])
    gone = Actor.member("gone", GONE[0])
    row = product.execute(
        "INSERT INTO articles_member (channel_id, key, name, email) VALUES (%s, 'gone', %s, %s) "
        "RETURNING id",
        (site.channel, GONE[0], ADDRESSES[2]),
    ).fetchone()
    with change_by(product, gone, "leaving") as cursor:
        cursor.execute("UPDATE articles_article SET pinned = true")
        cursor.execute("UPDATE articles_space SET website_enabled = false")
        cursor.execute(
            "UPDATE articles_translation SET deleted_at = now() WHERE id = %s",
            site.translations[:1],
        )
    with change_by(product, gone, "leaving") as cursor:
        cursor.execute("DELETE FROM articles_translation WHERE id = %s", site.translations[-1:])
        cursor.execute("DELETE FROM articles_member WHERE id = %s", row)


def sign_in(person):
    client = Client(headers={"accept-language": "en"})
    client.force_login(person, backend="backoffice.accounts.google.GoogleSignIn")
    return client


def besides(site):
    """Addresses that no link leads to, or only one that scripts press."""
    member, deleted = site.member, site.member + 1
    pages = [f"/members/{pk}/{rest}" for pk in (member, deleted) for rest in ("", "timeline/")]
    pages += [f"/members/{member}/history/{field}/" for field in ("name", "email", "role")]
    pages += [f"/search?q={q}" for q in ("minji", "gone", "marker", "qwz", "member", "%ED%91%9C")]
    pages += [f"/members/?q={q}" for q in ("qwz", "minji", "marker.test")]
    pages += [f"/members/?order={name}" for name in ("name", "-name", "email")]
    pages += ["/articles/?author=qwzmarker", f"/articles/?author={member}"]
    pages += [f"/{page}/?person=qwz" for page in ("activity", "events", "channels/1/timeline")]
    pages += ["/activity/?actor=member:minji", "/events/?actor=member:gone", "/events/?text=qwz"]
    pages += [
        f"/events/?record=member:{member}",
        f"{reverse('operations-run', args=['member.reveal'])}?target={member}",
    ]
    at = timezone.localtime().isoformat()
    for pk in (member, deleted):
        pages += [f"/members/{pk}/as-of/?at={quote(at)}", f"/members/{pk}/compare/"]
    pages += [f"/{page}/export/{kind}/" for page in ("activity", "events") for kind in EXPORTS]
    return pages


def everything(client, start, most):
    """Every response that can be reached by links, two of each shape of address."""
    waiting, seen, shapes = list(start), set(), {}
    while waiting and len(seen) < most:
        address = waiting.pop(0)
        if address in seen or LEFT_ALONE.search(address):
            continue
        shape = SHAPES.sub("#", address)
        if shapes.get(shape, 0) >= 2:
            continue
        shapes[shape] = shapes.get(shape, 0) + 1
        seen.add(address)
        answer = client.get(address)
        text = content_of(answer)
        yield address, answer, text
        if "html" in answer["content-type"]:
            found = (urlsplit(unescape(link)) for link in LINK.findall(text))
            paths = (
                f"{part.path or urlsplit(address).path}{'?' + part.query if part.query else ''}"
                for part in found
                if not part.scheme and not part.netloc
            )
            waiting += [path for path in paths if path.startswith("/")]
        if answer.status_code in (301, 302):
            waiting.append(answer["location"])


def content_of(answer):
    return (b"".join(answer) if answer.streaming else answer.content).decode("utf-8", "replace")


def said(address, answer, text):
    """The markers in a response, but for what the asking itself said."""
    whole = text + "\n".join(f"{name}: {value}" for name, value in answer.items())
    return [marker for marker in MARKERS if marker.lower() in unescape(whole).lower()]


@pytest.mark.parametrize(("name", "most"), [("vera", 100), ("dev", 50)])
def test_no_address_says_a_personal_field_to_who_may_not_see_it(world, name, most):
    site, people = world
    leaks, pages = {}, 0
    for address, answer, text in everything(sign_in(people[name]), ["/", *besides(site)], most):
        pages += 1
        assert answer.status_code < 500, address
        if found := said(address, answer, text):
            leaks[address] = found
    assert leaks == {}
    assert pages == most


# Two, three and four syllables, in part, half-typed, by initial consonants, apart and together, and
# in the decomposed letters of some systems; each beside one that nobody is called.
NAMES = (
    *(
        ("현재", "혐재"),
        ("현재표식", "혐재표식"),
        ("재표식", "재표씩"),
        ("현잽", "혐잽"),
        ("현ㅈ", "혐ㅈ"),
    ),
    *(
        ("ㅎㅈㅍㅅ", "ㅎㅈㅍㅋ"),
        ("Qwzmarkernow 현재표식", "Qwzmarkernow 혐재표식"),
        ("표식", "표씩"),
    ),
    *((normalize("NFD", "현재표"), normalize("NFD", "혐재표")), ("예전표식", "예젼표식")),
    *((ADDRESSES[0], "q" + ADDRESSES[0]), ("marker.test", "marker.tset"), ("qwzmail", "qwzmale")),
)
ASKED = ("search?q", "members/?q", "activity/?person", "events/?person", "articles/?author")


@pytest.mark.parametrize("name", ["vera", "dev"])
def test_asking_for_a_name_is_answered_as_if_nobody_were_called_so(world, name):
    _site, people = world
    client = sign_in(people[name])

    def shape(address, said):
        answer = client.get(address)
        text = unescape(content_of(answer))
        for one in (said, normalize("NFC", said)):
            for written in (one, quote(one), quote(quote(one)), quote_plus(one)):
                text = text.replace(written, "")
        return answer.status_code, ALIKE.sub("", text).splitlines()

    for there, never in NAMES:
        for page in ASKED:
            address = f"/{page}={{}}"
            pair = [shape(address.format(quote(text)), text) for text in (there, never)]
            assert pair[0] == pair[1], (page, there)


def test_they_are_there_for_who_may_see_them(world):
    site, people = world
    otis, everywhere = sign_in(people["otis"]), set()
    for address in (
        "/",
        "/members/",
        f"/members/{site.member}/",
        f"/members/{site.member + 1}/",
        f"/members/{site.member}/timeline/",
        f"/members/{site.member + 1}/timeline/",
        f"/members/{site.member}/history/email/",
        f"/channels/{site.channel}/timeline/",
        f"/articles/{site.articles[0]}/",
        "/activity/",
        "/activity/export/csv/",
        "/events/",
        "/events/export/ndjson/",
        f"/members/{site.member}/as-of/",
        "/search?q=qwz",
    ):
        answer = otis.get(address)
        found = said(address, answer, content_of(answer))
        assert found, address
        everywhere |= set(found)
    assert everywhere == set(MARKERS)


def test_what_is_previewed_is_masked_in_the_page_and_in_the_file(world, monkeypatch):
    """No operation changes a personal field yet: a stored preview that does stands for one."""
    from backoffice.operations.models import StoredPreview

    site, people = world
    for name, sees in (("vera", False), ("otis", True)):
        stored = StoredPreview.objects.create(
            staff=people[name],
            operation="article.hide",
            targets=site.articles[:1],
            reason="as a test",
            effects=[{"entity": "member", "verb": "changed", "fields": ["name"], "count": 1}],
            rows=[
                {
                    "entity": "member",
                    "id": site.member,
                    "verb": "changed",
                    "changes": {"name": [BEFORE[0], NOW[0]], "email": [ADDRESSES[1], ADDRESSES[0]]},
                }
            ],
        )
        client = sign_in(people[name])
        for page in ("", "rows.csv"):
            address = reverse("operations-preview", args=["article.hide", stored.token])
            if page:
                address = reverse("operations-rows", args=["article.hide", stored.token])
            answer = client.get(address)
            assert answer.status_code == 200
            assert bool(said(address, answer, content_of(answer))) is sees, (name, page)
