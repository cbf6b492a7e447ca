"""What escapes the audit is named: tables without capture, programs that never say who they are."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from audit import untracked
from audit.untracked import declare, reason_of, tables_without_capture
from audit.writers import WRITERS, writers
from tests.activity.conftest import words
from tests.audit.writing import MINJI, change_by


def checked(*args):
    """The command's output and its exit code."""
    out = StringIO()
    try:
        call_command("check_capture", *args, stdout=out)
    except SystemExit as end:
        return out.getvalue(), end.code
    return out.getvalue(), 0


def test_every_table_of_ours_is_captured_or_has_its_reason(committed_db):
    found = tables_without_capture()
    assert [table.name for table in found if not table.reason] == []
    assert "django_session" in {table.name for table in found}
    text, code = checked()
    assert "django_session: sessions; signing in and out are events" in text
    assert "Writers to mend, of the last 30 days:\n  none" in text
    assert code == 0


def test_a_table_that_nobody_spoke_of_is_named(committed_db, role_connection):
    role_connection("owner").execute("CREATE TABLE shop_basket (id bigint PRIMARY KEY)")
    text, code = checked()
    assert "shop_basket: NO REASON. Track it, or say why not" in text
    assert code == 1


def test_a_disabled_trigger_is_no_capture(committed_db, role_connection):
    owner = role_connection("owner")
    owner.execute("ALTER TABLE articles_space DISABLE TRIGGER audit_capture")
    text, code = checked()
    assert "articles_space: NO REASON" in text
    assert code == 1


def test_a_program_that_never_says_who_it_is_is_named(product, site):
    product.execute("SET application_name = 'nightly'")
    for number in range(3):
        product.execute("UPDATE articles_article SET position = %s WHERE id = 1", [number + 5])
    with change_by(product, MINJI, tool="editor") as cursor:
        cursor.execute("UPDATE articles_article SET hidden = true WHERE id = 1")
    silent = [writer for writer in writers() if writer.application == "nightly"]
    assert {(w.tool, w.events, w.named, w.is_silent) for w in silent} == {
        ("", 3, 0, True),
        ("editor", 1, 1, False),
    }
    text, code = checked("--days", "1")
    assert "role product, application nightly, tool -: never says who it is; 3 changes" in text
    assert "tool editor" not in text
    assert code == 1


def test_a_program_that_says_it_wrongly_is_named_with_what_is_wrong(product, site):
    with change_by(product, MINJI, reason="x" * 1_001, tool="editor") as cursor:
        cursor.execute("UPDATE articles_article SET hidden = true WHERE id = 1")
    (writer,) = [writer for writer in writers() if writer.tool == "editor"]
    assert (writer.is_silent, writer.flags, writer.needs_mending) == (False, ("reason cut",), True)
    assert "tool editor: reason cut; 1 changes" in checked()[0]


def test_the_page_shows_the_same_to_those_who_answer_for_it(browse, product, site, hide):
    hide(site.articles)
    page = browse("ada").get("/activity/writers/")
    assert page.status_code == 200
    text = words(page)
    assert "product" in text and "editor" in text and "always" in text
    assert "never" in text
    assert "django_session" in text
    for name in ("vera", "otis"):
        refused = browse(name).get("/activity/writers/")
        assert refused.status_code == 403
        assert "django_session" not in refused.content.decode()


def test_it_reads_a_bounded_number_of_the_newest_events(committed_db):
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute("EXPLAIN " + WRITERS, {"days": 30, "newest": 50_000, "shown": 200})
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Limit" in plan
    assert "occurred_at >=" in plan


@pytest.fixture
def no_declarations(monkeypatch):
    monkeypatch.setattr(untracked, "_reasons", {})


def test_a_reason_is_declared_once_and_for_names_with_a_star(no_declarations):
    declare("shop_*", "forgotten within the hour")
    declare("shop_*", "forgotten within the hour")
    assert reason_of("shop_basket") == "forgotten within the hour"
    assert reason_of("workshop_basket") == ""
    with pytest.raises(ValueError, match="declared already"):
        declare("shop_*", "another")
    with pytest.raises(ValueError, match="Say why"):
        declare("bag_*", " ")
