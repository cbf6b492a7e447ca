"""Whatever is written by whatever way, by several sessions at once: history tells every table.

`make endurance` draws many more scripts than the few here, and others each time.
"""

from __future__ import annotations

from hypothesis import given

from audit.actors import Actor
from audit.context import change
from tests.audit import chance, paths
from tests.audit.whole import faults
from tests.content import make_help_center


@chance.short(8)
@given(script=chance.scripts)
def test_history_rebuilds_every_table_exactly(django_db_blocker, script):
    with django_db_blocker.unblock():
        chance.play(script)


def test_every_way_of_writing_writes(committed_db, role_connection):
    product, judge = role_connection("product"), role_connection("superuser")
    site = make_help_center(product, articles=4)

    def rows():
        return judge.execute("SELECT last_value FROM audit_history_id_seq").fetchone()[0]

    def wrote(write, *arguments):
        before = rows()
        write(*arguments)
        assert rows() > before, write

    words = paths.values(site, 3, 50)
    for query in paths.SQL:
        if "updated_at" not in query and "CONSTRAINTS" not in query:
            product.execute("DELETE FROM articles_member WHERE id >= 900")
            product.execute(paths.SQL[6] % {**words, "b": 1})  # a member to write to
            wrote(product.execute, query % words)
    with product.transaction():
        wrote(paths.by_copy, product.cursor(), site, 3, 50)
        wrote(paths.by_sql_and_back, product.cursor(), site, 3, 4)
    for write in paths.CONSOLE:
        with change("records.changed", actor=Actor.service("tests"), reason="tries"):
            wrote(write, site, 3, 51)
    for number, way in enumerate(paths.WAYS):
        wrote(paths.run, way, site, [(1, 13 + 12 * number)], False)
    assert faults(judge) == []


def test_what_is_wrong_is_found(committed_db, role_connection):
    make_help_center(role_connection("product"))
    intruder = role_connection("superuser")
    assert faults(intruder) == []
    intruder.execute("SET session_replication_role = replica")
    wrongs = {
        "otherwise": "UPDATE articles_article SET position = 77 WHERE id = 1",
        "out of turn": "UPDATE articles_historicalmember SET history_type = '~'",
        "do not add up": "UPDATE audit_effect SET count = 5 WHERE entity = 'space'",
        "without their event": "DELETE FROM audit_event WHERE id = 2",
        "without a change": "DELETE FROM audit_effect",
        "half done": "UPDATE audit_event SET entity = 'article', target_count = 2",
    }
    for words, statement in wrongs.items():
        before = [fault for fault in faults(intruder) if words in fault]
        intruder.execute(statement)
        assert [fault for fault in faults(intruder) if words in fault] != before, words
