"""What is drawn without templates: nothing that people wrote becomes markup."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.template import Context
from django.test import RequestFactory
from django.utils.html import escape

from audit.differences import compare_texts, folded
from audit.feeds import Group
from audit.folds import Fold as AuditFold
from audit.models import Event
from audit.paging import Places, Position
from backoffice.activity.changes import ShownChange
from backoffice.activity.drawing.folds import draw_timeline
from backoffice.activity.drawing.pen import Pen
from backoffice.activity.entries import Line, ShownEntry
from backoffice.activity.fold_rows import Place, ShownFold
from backoffice.activity.folding import Fold
from backoffice.activity.people import Person, ShownActor
from backoffice.activity.sentences import sentence
from backoffice.activity.shown import ShownPath, shown_difference
from backoffice.entities.names import Name
from backoffice.entities.values import Readable

EVIL = "<script>alert('1')</script>\"{}%(what)s"
AT = datetime(2026, 11, 24, 6, 23, tzinfo=UTC)
ACTOR = ShownActor("member", EVIL, EVIL, "member", "member", Person(role=EVIL, url="/members/1/"))
EVIL_NAME = Name(EVIL, f"/articles/1/?{EVIL}")
READ = Readable(EVIL)


def pen(**context):
    request = RequestFactory().get("/activity/", {"text": EVIL, "actor": "member:1"})
    return Pen(Context({"request": request, **context}))


def event(pk=1):
    return Event(
        id=pk,
        occurred_at=AT,
        outcome="denied",
        actor_kind="member",
        actor_id="1",
        reason=EVIL,
        ticket=EVIL,
        tool=EVIL,
        database_role=EVIL,
        client_address=EVIL,
    )


def difference():
    found = compare_texts(f"{EVIL} old {'가' * 100}", f"{EVIL} new {EVIL}")
    return shown_difference(found, folded(found.pieces), left_out=3, expands=True)


def entry(pk=1):
    change = ShownChange("title", EVIL, READ, READ, url=f"/x/?{EVIL}")
    return ShownEntry(
        event=event(pk),
        at=AT,
        actor=ACTOR,
        lines=[Line(sentence("%(actor)s %(did)s", actor=ACTOR.subject, did=EVIL))] * 2,
        others=EVIL,
        changes=[
            change,
            replace(change, note=EVIL),
            replace(change, paths=[ShownPath(EVIL, EVIL, EVIL)], more_paths=2),
            replace(change, difference=difference()),
            replace(change, old=Readable(EVIL, "/x/", "link"), new=Readable(EVIL, kind="json")),
        ],
        state=[(EVIL, READ), (EVIL, Readable(EVIL, kind="code"))],
        facts=[(EVIL, EVIL)],
        records=[EVIL_NAME, Name(EVIL)],
        more_records=3,
        as_of_url=f"/x/?{EVIL}",
    )


def fold():
    places = [Position(AT - timedelta(minutes=n), n) for n in range(1, 4)]
    return ShownFold(
        fold=AuditFold(("member", EVIL), "key", Places.of(*places), [EVIL], goes_on=True),
        newest=entry(),
        lines=[Line(sentence("%(did)s", did=EVIL))] * 2,
        groups=[Group("article", "hidden", (), 3, None)],
        places=[Place(EVIL_NAME, 2), Place(Name(EVIL), 1)],
        more_places=1,
        records=[EVIL_NAME],
        more_records=2,
        url=f"/activity/fold/?{EVIL}",
        part_url=f"/activity/fold/?{EVIL}&part=events",
    )


def items():
    return [entry(), fold(), Fold(Line(sentence("%(did)s", did=EVIL)), [entry(2), entry(3)])]


@pytest.mark.parametrize("context", [{}, {"is_excerpt": True}])
@pytest.mark.parametrize("layout", ["inline", "sides"])
def test_nothing_that_people_wrote_becomes_markup(context, layout):
    drawing = pen(**context)
    drawing.is_sides = layout == "sides"
    html = draw_timeline(drawing, items())
    assert "<script" not in html
    assert "alert('1')" not in html and '"{}' not in html
    assert html.count(escape(EVIL)) > 60


def test_it_is_whole_markup():
    html = draw_timeline(pen(), items())
    for tag in ("li", "div", "span", "ol", "dl", "p", "a", "details", "time", "ins", "del"):
        assert html.count(f"<{tag} ") + html.count(f"<{tag}>") == html.count(f"</{tag}>"), tag


def test_an_item_stands_under_its_day():
    earlier = replace(entry(2), at=AT - timedelta(days=1))
    html = draw_timeline(pen(), [entry(), earlier, replace(earlier, event=event(3))])
    first, second = html.split('<h2 class="timeline-day">')[1:]
    assert first.count("timeline__entry") == 1
    assert second.count("timeline__entry") == 2


def test_the_way_to_an_actor_keeps_the_other_filters():
    html = draw_timeline(pen(), [replace(entry(), scope=9)])
    assert "actor=member%3A%3Cscript" in html and "actor=member%3A1" not in html
    assert "&amp;scope=9" in html and "?text=%3Cscript" in html
