"""Tables that were there before are taken under capture, while their service goes on writing."""

from __future__ import annotations

import threading
from io import StringIO
from random import Random

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from articles.models import Article, Channel, Translation
from audit import locks
from audit.actors import Actor
from audit.adoption import adopt, plan
from audit.checks import captured_models, check_capture_installed
from audit.models import Effect, Event
from tests.audit.plain_tables import TABLES, fill, make_plain
from tests.audit.whole import faults

MODELS = [f"articles.{name.title()}" for name in TABLES]
WHO = Actor.script("adopt", "tests")
WRITES = [
    "UPDATE articles_article SET position = position + 1 WHERE id = {n}",
    "UPDATE articles_article SET hidden = NOT hidden WHERE id % 7 = {n} % 7",
    "DELETE FROM articles_translation WHERE id = {n}",
    "UPDATE articles_translation SET title = 'neu {n}' WHERE id = {n} * 2",
    "INSERT INTO articles_member (channel_id, key, name, email) VALUES"
    " (1, gen_random_uuid()::text, 'N', '')",
    "INSERT INTO articles_article (channel_id, space_id, slug) VALUES"
    " (1, 1, gen_random_uuid()::text)",
]


@pytest.fixture
def plain(committed_db, role_connection):
    make_plain(role_connection("superuser"))
    fill(role_connection("product"))
    return committed_db


def run(*arguments):
    out = StringIO()
    call_command("adopt", *arguments, stdout=out, stderr=out)
    return out.getvalue()


@pytest.fixture
def writers(plain):
    """Two sessions of the service; `finish` ends them and says how much they wrote."""
    over, failures, written = threading.Event(), [], []

    def write(seed):
        rng = Random(seed)
        try:
            with psycopg.connect(plain.url("product"), autocommit=True) as session:
                while not over.is_set():
                    with session.transaction():
                        for _ in range(rng.randint(1, 3)):
                            session.execute(rng.choice(WRITES).format(n=rng.randint(1, 60)))
                    written.append(1)
        except psycopg.errors.DeadlockDetected:
            write(seed + 1)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=[seed]) for seed in (1, 2)]
    for thread in threads:
        thread.start()

    def finish():
        over.set()
        for thread in threads:
            thread.join(30)
        assert failures == []
        return len(written)

    yield finish
    over.set()


def whole(connection):
    """All that must hold once every table is adopted."""
    assert faults(connection, begun=False) == []
    assert check_capture_installed(["default"]) == []
    assert all(plan(captured_models()[m.split(".")[1].lower()]).empty for m in MODELS)
    unfit = connection.execute(
        "SELECT conname FROM pg_constraint WHERE NOT convalidated UNION ALL "
        "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid"
    )
    assert unfit.fetchall() == []
    for name in ("Article", "Translation", "Channel"):
        table = f"articles_{name.lower()}"
        missing = connection.execute(
            f"SELECT id FROM {table} t WHERE NOT EXISTS"
            f" (SELECT FROM articles_historical{name.lower()} h WHERE h.id = t.id)"
        )
        assert missing.fetchall() == []


def test_it_only_shows_its_plan(plain, role_connection):
    judge = role_connection("superuser")
    before = judge.execute("SELECT count(*) FROM audit_event").fetchone()
    said = run(*MODELS)
    assert "make articles_historicalarticle" in said
    assert "limit translation_body_limit, for new rows" in said
    assert "index article_slug_order" in said
    assert "Nothing was done" in said
    assert judge.execute("SELECT count(*) FROM audit_event").fetchone() == before
    assert judge.execute("SELECT to_regclass('articles_historicalarticle')").fetchone() == (None,)


def test_it_adopts_while_others_write_and_history_is_exact(plain, writers, role_connection):
    run(*MODELS, "--apply", "--batch", "10")
    moment = timezone.now()
    assert writers() > 5
    whole(role_connection("superuser"))
    adopted = Event.objects.filter(name="records.adopted")
    parents = adopted.filter(outcome="requested")
    assert set(parents.values_list("params__entity", flat=True)) >= {"article", "translation"}
    batches = adopted.filter(outcome="succeeded", parent_id__in=parents.values("id"))
    assert batches.filter(params__count__isnull=False).count() == parents.count()
    assert batches.count() > 5
    assert {e.verb for e in Effect.objects.filter(event_id__in=batches.values("id"))} == {"adopted"}
    assert Article.history.filter(verb="adopted").exists()

    then = {row.pk: row.position for row in Article.history.as_of(moment)}
    role_connection("product").execute("UPDATE articles_article SET position = -1")
    assert {row.pk: row.position for row in Article.history.as_of(moment)} == then
    assert set(then) <= set(Article.objects.values_list("pk", flat=True))
    first = Channel.history.earliest()
    assert (first.history_type, first.verb, first.event_scope) == ("+", "adopted", 1)
    text = Translation.history.filter(verb="adopted").first()
    assert (text.event_scope, text.event_area) == (1, 1)


@pytest.mark.parametrize("after", [1, 2, 4])
def test_a_run_that_was_killed_is_run_again(plain, role_connection, after):
    steps = adopt(plan(Article), actor=WHO, batch=20)
    for _ in range(after):
        next(steps)
    steps.close()
    versions = Article.history.count()
    assert versions == min(60, 20 * (after - 1))
    run(*MODELS, "--apply", "--batch", "20")
    whole(role_connection("superuser"))
    assert Article.history.count() == 60
    assert "nothing is missing" in run("articles_article", "--apply")
    assert Article.history.count() == 60


def test_an_index_left_half_built_and_a_limit_not_validated_are_finished(plain, role_connection):
    superuser = role_connection("superuser")
    superuser.execute(
        "CREATE INDEX article_slug_order ON articles_article (slug, id);"
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'article_slug_order'::regclass;"
        "ALTER TABLE articles_translation ADD CONSTRAINT translation_body_limit"
        " CHECK (length(body) <= 200000) NOT VALID"
    )
    said = run(*MODELS)
    assert "article_slug_order, left half built" in said
    assert "translation_body_limit, for new rows" not in said
    run(*MODELS, "--apply")
    whole(superuser)


def test_it_gives_way_to_a_long_transaction(plain, role_connection, monkeypatch):
    monkeypatch.setattr(locks, "TRIES", 1)
    product = role_connection("product")
    with product.transaction():
        product.execute("UPDATE articles_article SET position = 1 WHERE id = 1")
        with pytest.raises(CommandError, match="lock timeout"):
            run("articles.Article", "--apply")
        product.execute("UPDATE articles_article SET position = 2 WHERE id = 2")
    assert "articles_article" in run("articles.Article", "--apply")
    assert Article.history.count() == 60


def test_it_says_what_it_cannot_adopt(plain, role_connection):
    superuser = role_connection("superuser")
    for name, words in {
        "elsewhere_table": "No model with a history has the table",
        "nowhere.Model": "nowhere",
        "contenttypes.ContentType": "declares no history",
    }.items():
        with pytest.raises(CommandError, match=words):
            run(name)
    superuser.execute("ALTER TABLE articles_article DROP COLUMN search_key")
    with pytest.raises(CommandError, match="has no column search_key"):
        run("articles.Article", "--apply")
    superuser.execute("ALTER TABLE articles_space OWNER TO postgres")
    with pytest.raises(CommandError, match="belongs to postgres"):
        run("articles.Space", "--apply")
    superuser.execute("DROP TABLE articles_member")
    with pytest.raises(CommandError, match="There is no table articles_member"):
        run("articles.Member")
    assert Event.objects.count() == 0
