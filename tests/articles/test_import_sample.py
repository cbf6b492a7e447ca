"""A small history with every kind of change, loaded and looked at from all sides."""

from __future__ import annotations

import copy

import pytest

from articles.models import Article, Category, Channel, Member, Space, Translation
from audit.models import Effect, Event
from tests.articles.conftest import CHANNEL, load_into, site_as_of, site_now
from tests.articles.histories import (
    JIHO,
    MINJI_2,
    at,
    create,
    delete,
    line,
    move,
    replay,
    update,
)

ODD_TEXT = "코드 `a < b`\r\n\r\n| 표 | 값 |\n<script>alert(1)</script>\t\u200b🎉👨‍👩‍👧\u0007 끝 "
SAMPLE = [
    line(1, create("README.md", "README", "# 안녕"), create("guide/essentials/intro.md", "소개")),
    line(2, update("README.md", "README", ODD_TEXT), member=MINJI_2),
    line(3, create("guide/intro.md", "다른 소개"), create("api/index.md"), member=JIHO),
    line(4, move("guide/intro.md", "tutorial/start.md", "시작", "본문 둘"), member=MINJI_2),
    line(5, create("guide/intro.md", "다시 생긴 소개")),
    line(6, delete("api/index.md"), update("guide/essentials/intro.md", "소개", "")),
    line(
        7,
        create(
            "README.md",
            "Read me",
            "English",
        ),
        language="en",
    ),
    line(8, move("README.md", "about/README.md", "README", ODD_TEXT + "!")),
    line(9, delete("about/README.md"), member=JIHO),
]


@pytest.fixture(scope="module")
def loaded(committed_db_once, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample")
    found = load_into(committed_db_once, folder, SAMPLE, "history.ndjson")
    assert (found.status, found.notes()) == (0, []), found.said
    return found


def test_it_ends_with_the_state_of_a_plain_replay(loaded):
    state = {}
    for entry in SAMPLE:
        replay(state, entry)
    assert site_now() == state
    assert len(state) == 3


def test_it_gives_the_state_as_of_every_line_byte_for_byte(loaded):
    state = {}
    for entry in SAMPLE:
        replay(state, entry)
        minute = SAMPLE.index(entry) + 1
        assert site_as_of(at(minute)) == state, f"as of line {minute}"
    assert site_as_of(at(0)) == {}


def test_it_writes_each_record_at_most_once_in_a_line(loaded):
    for model in (Article, Translation, Category, Member):
        rows = model.history.values_list("event_id", "id")
        assert len(rows) == len(set(rows)), model


def test_it_makes_one_event_of_each_line_with_its_member_time_and_message(loaded):
    events = Event.objects.filter(actor_kind="member").order_by("occurred_at")
    assert [e.occurred_at for e in events] == [at(n) for n in range(1, 10)]
    assert [e.actor_id for e in events] == [entry["member"]["key"] for entry in SAMPLE]
    assert [e.reason for e in events] == [entry["message"] for entry in SAMPLE]
    assert {e.database_role for e in events} == {"importer"}
    assert all(e.recorded_at > e.occurred_at and e.flags == [] for e in events)


def test_it_claims_the_time_of_history_rows_too(loaded):
    events = dict(Event.objects.values_list("id", "occurred_at"))
    for model in (Article, Translation, Category, Member, Channel, Space):
        for row in model.history.all():
            assert row.history_date == row.event_at == events[row.event_id]


def test_it_counts_what_each_line_did(loaded):
    found = Effect.objects.filter(occurred_at=at(4)).order_by("entity")
    assert [(e.entity, e.verb, e.count) for e in found] == [
        ("article", "changed", 1),
        ("category", "created", 1),
        ("translation", "changed", 1),
    ]
    gone = Effect.objects.filter(occurred_at=at(9)).order_by("entity")
    assert [(e.entity, e.verb, e.count) for e in gone] == [
        ("article", "deleted", 1),
        ("translation", "deleted", 2),
    ]
    space = Space.objects.get()
    assert set(Effect.objects.filter(occurred_at=at(9)).values_list("scope", "area")) == {
        (space.channel_id, space.pk)
    }


def test_it_makes_a_member_in_the_transaction_of_their_first_line(loaded):
    members = {m.key: m for m in Member.objects.all()}
    assert {key: (m.name, m.email) for key, m in members.items()} == {
        "m-1": ("김민지", "minji@vue.example"),
        "m-2": ("김민지", "minji2@vue.example"),
        "m-3": ("이지호", "jiho@vue.example"),
    }
    assert [members[key].created_at for key in ("m-1", "m-2", "m-3")] == [at(1), at(2), at(3)]
    assert Article.objects.get(slug="start.md").author == members["m-3"]


def test_it_makes_the_channel_and_the_space_just_before_the_first_line(loaded):
    channel, space = Channel.objects.get(), Space.objects.get()
    assert (channel.name, space.name, space.channel) == (CHANNEL, "Help center", channel)
    assert channel.created_at == space.created_at < at(1)
    made = Event.objects.get(actor_kind="script")
    assert made.actor_id == "import_history"


def test_it_puts_folders_into_folders_and_keeps_their_order(loaded):
    inner = Category.objects.get(slug="essentials")
    assert (inner.parent.slug, inner.parent.parent) == ("guide", None)
    names = Category.objects.order_by("position").values_list("slug", flat=True)
    assert list(names) == ["guide", "essentials", "api", "tutorial", "about"]


def test_it_keeps_an_article_s_id_through_a_move(loaded):
    moved = Article.history.filter(slug="start.md").first()
    assert Article.history.filter(id=moved.id).order_by("history_id").first().slug == "intro.md"


def test_it_makes_partitions_for_the_years_that_it_brings(loaded, role_connection):
    rows = role_connection("console").execute(
        "SELECT tableoid::regclass::text, count(*) FROM audit_event "
        "WHERE occurred_at < '2022-01-01' GROUP BY 1"
    )
    assert rows.fetchall() == [("audit_event_2021_03", 10)]


def test_it_notes_a_member_s_new_name_and_address(load):
    renamed = {"key": "m-1", "name": "김민지2", "email": "new@vue.example"}
    load([line(1, create("a.md")), line(2, update("a.md"), member=renamed)])
    assert Member.objects.get().email == "new@vue.example"
    assert [row.name for row in Member.history.order_by("history_id")] == ["김민지", "김민지2"]


@pytest.mark.parametrize("name", ["history.ndjson.gz", "history.ndjson.xz"])
def test_it_reads_packed_files(load, name):
    assert load(SAMPLE, name).status == 0
    assert len(site_now()) == 3


def test_it_loads_into_a_space_that_stands(load, role_connection):
    product = role_connection("product")
    (channel,) = product.execute(
        "INSERT INTO articles_channel (name) VALUES (%s) RETURNING id", [CHANNEL]
    ).fetchone()
    product.execute(
        "INSERT INTO articles_space (channel_id, name, slug) VALUES (%s, '도움말', 'vue')",
        [channel],
    )
    assert load(copy.deepcopy(SAMPLE), space="vue").status == 0
    assert (Channel.objects.count(), Space.objects.count()) == (1, 1)
    assert len(site_now("도움말")) == 3
