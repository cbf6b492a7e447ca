"""Demo data: deterministic, believable, and holding the facts of every story."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone

from articles.demo import facts, oddities, seeding
from articles.demo.acts import perform
from articles.demo.plans import CHANNELS
from articles.demo.words import fit_particles
from articles.models import Article, Category, Channel, Member, Space, Translation
from audit.alert_builtin import removing
from audit.models import Effect, Event
from backoffice.accounts.models import Staff
from tests.harness import databases

ARTICLES = 400
SEOUL = ZoneInfo("Asia/Seoul")


def seed(database, **options) -> str:
    said = StringIO()
    with override_settings(IMPORT_DATABASE_URL=database.url("importer")):
        call_command("seed_demo", stdout=said, **options)
    return said.getvalue()


@pytest.fixture(scope="module")
def demo(committed_db_once):
    said = seed(committed_db_once, articles=ARTICLES)
    assert "Made 4" in said
    return committed_db_once


def channel(name: str) -> Channel:
    return Channel.objects.get(name=name)


def effects(name: str, **wanted):
    return Effect.objects.filter(scope=channel(name).pk, **wanted).order_by("occurred_at", "id")


def event(effect: Effect) -> Event:
    return Event.objects.get(id=effect.event_id, occurred_at=effect.occurred_at)


def at_home(moment) -> str:
    return f"{moment.astimezone(SEOUL):%H:%M}"


def test_s1_kim_minji_hid_42_articles_at_once(demo):
    bulk = effects(facts.ACME, verb="hidden", entity="article", count=facts.HIDDEN_ARTICLES).get()
    made = event(bulk)
    assert (made.actor_kind, made.actor_id) == ("member", facts.KIM_MINJI.key)
    assert made.actor_label == facts.KIM_MINJI.name
    assert at_home(made.occurred_at) == "14:05"
    assert made.occurred_at > timezone.now() - timedelta(hours=36)
    ids = Article.history.filter(event_id=made.id).values_list("id", flat=True)
    now = Article.objects.filter(pk__in=ids)
    assert {
        (a.hidden, a.state, a.deleted_at, a.space.name) for a in now.select_related("space")
    } == {(True, "published", None, facts.ACME_HELP)}
    around = Event.objects.filter(
        actor_id=facts.KIM_MINJI.key, occurred_at__gt=made.occurred_at - timedelta(minutes=5)
    )
    assert {at_home(e.occurred_at) for e in around} == {"14:02", "14:03", "14:05", "14:09"}


def test_s2_an_article_is_published_under_a_hidden_grandparent(demo):
    article = Article.objects.get(slug=facts.UNSEEN_SLUG)
    assert (article.state, article.hidden, article.deleted_at) == ("published", False, None)
    assert article.published_at < timezone.now()
    assert article.translations.get(language="ko").title == facts.UNSEEN_TITLE
    chain = [article.category, article.category.parent, article.category.parent.parent]
    assert [c.name for c in reversed(chain)] == [facts.HIDDEN_CATEGORY, *facts.INNER_CATEGORIES]
    assert [c.hidden for c in reversed(chain)] == [True, False, False]
    hidden = event(effects(facts.ACME, verb="hidden", entity="category").get())
    assert hidden.actor_id == facts.PARK_SEOYEON.key
    assert article.space.website_enabled and article.space.access == "public"


def test_s3_lee_jiho_switched_a_website_off_during_a_demo(demo):
    off = effects(facts.ACME, verb="turned_off").get()
    made = event(off)
    assert (made.actor_label, made.tool) == (facts.LEE_JIHO.name, "app 3.2")
    space = Space.objects.get(pk=off.record_id)
    assert (space.name, space.website_enabled) == (facts.ACME_PARTNERS, False)
    assert 3 <= (timezone.now() - made.occurred_at).days <= 4


def test_s4_one_who_left_deleted_one_by_one_for_three_hours(demo):
    person = Member.objects.get(key=facts.PARK_DOYUN.key)
    assert person.left_at is not None
    evening = (person.left_at - timedelta(days=1)).astimezone(SEOUL).replace(hour=17, minute=32)
    hours = (evening.replace(hour=14, minute=0), evening)
    made = Event.objects.filter(actor_id=person.key, occurred_at__range=hours)
    made = list(made.order_by("occurred_at"))
    assert len(made) >= ARTICLES // 3
    assert (at_home(made[0].occurred_at), at_home(made[-1].occurred_at)) == ("14:02", "17:31")
    found = effects(facts.CORAL, event_id__in=[e.id for e in made], entity="article")
    assert Counter(effect.count for effect in found) == {1: len(made)}
    verbs = Counter(effect.verb for effect in found)
    assert set(verbs) == {"deleted", "trashed"} and min(verbs.values()) > 20
    assert len({effect.area for effect in found}) == 4
    assert facts.DELETED_ARTICLES == 3_214


def test_s5_settings_changed_hands_several_times(demo):
    space = Space.objects.get(name=facts.ACME_HELP)
    versions = Space.history.filter(id=space.pk, history_type="~").order_by("history_date")
    who = {Event.objects.get(id=v.event_id).actor_id for v in versions}
    fields = Counter(field for version in versions for field in version.changed_fields)
    assert fields["theme_color"] == 3 and fields["access"] == 2
    assert fields["contact_email"] >= 2 and len(who) >= 3


def test_s6_the_trash_was_emptied_by_mistake(demo):
    emptied = effects(facts.BARUN, verb="deleted", entity="article").get()
    assert emptied.count == facts.EMPTIED_ARTICLES
    assert event(emptied).actor_id == facts.CHOI_HAEUN.key
    gone = Article.history.filter(event_id=emptied.event_id)
    assert all(version.deleted_at is not None for version in gone)
    texts = effects(facts.BARUN, event_id=emptied.event_id, entity="translation")
    assert sum(effect.count for effect in texts) >= facts.EMPTIED_ARTICLES


def test_there_are_channels_of_every_kind(demo):
    assert Channel.objects.count() == len(CHANNELS)
    assert {c.status for c in Channel.objects.all()} == {"active", "suspended", "closed"}
    assert {c.plan for c in Channel.objects.all()} == {"free", "starter", "growth", "enterprise"}


def test_namesakes_work_side_by_side(demo):
    names = Counter(Member.objects.values_list("name", flat=True))
    assert max(names.values()) > 1
    alike = Member.objects.filter(channel=channel(facts.ACME), name__startswith="김민지")
    assert alike.count() == 2


def test_odd_articles_are_there(demo):
    by_slug = {a.slug: a for a in Article.objects.filter(space__name=facts.ACME_HELP)}
    title = by_slug["long-title"].translations.get().title
    assert len(title) == 300 and " " not in title
    assert "<script>" in by_slug["html-body"].translations.get().body
    assert by_slug["empty-body"].translations.get().body == ""
    assert by_slug[oddities.SCHEDULED_SLUG].published_at > timezone.now()
    assert by_slug[oddities.PINNED_SLUG].pinned
    assert by_slug[oddities.ARCHIVED_SLUG].state == "archived"
    assert Article.objects.filter(state="draft").exists()
    assert Category.objects.filter(parent__parent__isnull=False).exists()


def test_texts_read_like_help_centers_and_leave_no_gap_open(demo):
    texts = list(Translation.objects.filter(language="ko"))
    assert len(texts) > ARTICLES / 2
    assert any("환불" in text.title for text in texts)
    assert {text.language for text in Translation.objects.all()} == {"ko", "en"}
    for text in texts:
        said = f"{text.title} {text.summary} {text.body}"
        assert not re.search(r"\{\w+\}|은\(는\)|을\(를\)|이\(가\)", said), said


def test_everything_was_written_by_the_product_s_role_with_a_claimed_time(demo):
    changes = Event.objects.filter(name="records.changed").exclude(actor_kind="service")
    assert set(changes.values_list("database_role", "set_role")) == {("importer", "product")}
    assert {tuple(flags) for flags in changes.values_list("flags", flat=True)} == {()}
    assert set(changes.values_list("actor_kind", flat=True)) <= {"member", "role"}
    first = changes.order_by("occurred_at").first().occurred_at
    assert timedelta(days=600) < timezone.now() - first < timedelta(days=735)
    assert not changes.filter(occurred_at__gt=timezone.now()).exists()


def test_the_demo_s_staff_have_their_roles(demo):
    assert Staff.objects.get(email="otis@example.com").role == "operator"


def test_it_is_made_once(demo):
    with pytest.raises(CommandError, match="Nothing was made: the demo's data stand. Start afresh"):
        seed(demo, articles=10)
    before = Article.objects.count()
    assert "No demo data was made: the demo's data stand." in seed(demo, if_empty=True)
    assert Article.objects.count() == before


def test_it_leaves_another_s_channels_alone(committed_db, role_connection):
    role_connection("product").execute("INSERT INTO articles_channel (name) VALUES ('echt')")
    assert "there are channels, none of the demo's" in seed(committed_db, if_empty=True)
    assert Channel.objects.count() == 1


def test_it_knows_that_it_was_broken_off(committed_db, monkeypatch):
    performed = []

    def break_off(connection, act) -> None:
        performed.append(act)
        if len(performed) > 30:
            raise KeyboardInterrupt
        perform(connection, act)

    monkeypatch.setattr(seeding, "perform", break_off)
    with pytest.raises(KeyboardInterrupt):
        seed(committed_db, articles=40)
    assert Channel.objects.exists()
    with pytest.raises(CommandError, match="making them was broken off") as caught:
        seed(committed_db, if_empty=True)
    assert caught.value.returncode == 3
    with pytest.raises(CommandError, match="Start afresh"):
        seed(committed_db)


def test_the_same_seed_tells_the_same_lives(committed_db):
    def told(database) -> list[tuple]:
        seed(database, articles=40, seed=7)
        versions = Translation.history.order_by("history_id")
        return list(versions.values_list("id", "title", "body", "verb", "history_date"))

    first = told(committed_db)
    with databases.clone() as another, databases.pointed_at(another):
        assert told(another) == first
    assert len(first) > 100


@pytest.mark.parametrize("articles", [0, -1, 50_001])
def test_it_refuses_a_size_that_it_cannot_make(articles):
    with pytest.raises(CommandError, match="--articles takes 1 to 50,000"):
        call_command("seed_demo", articles=articles)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("환불은(는)", "환불은"),
        ("쿠폰 코드을(를)", "쿠폰 코드를"),
        ("[연동]을(를) 켭니다", "[연동]을 켭니다"),
        ("API을(를)", "API를"),
        ("도움말이(가) 없음", "도움말이 없음"),
    ],
)
def test_particles_fit_what_stands_before_them(written, read):
    assert fit_particles(written) == read


def test_the_deletions_of_the_one_who_left_are_one_finding_of_the_alerts(demo, settings):
    # The smaller demo has fewer of them in the same three hours and a half.
    settings.ALERT_REMOVALS_PER_HOUR = 20
    now = timezone.now()
    findings = removing.findings(now - timedelta(days=8), now)
    (found,) = [finding for finding in findings if finding.actor_id == facts.PARK_DOYUN.key]
    assert found.count == ARTICLES // 3
    assert set(found.what) == {"deleted", "trashed"}
    assert found.scopes == (channel(facts.CORAL).pk,)
    assert found.last_at - found.first_at == timedelta(hours=3, minutes=29)
