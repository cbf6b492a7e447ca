"""The facts of the support stories, among the ordinary life of three channels."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

from articles.demo import facts, statements
from articles.demo.acts import Act
from articles.demo.changes import delete, edit, ids_of, trash
from articles.demo.diary import Diary, Document, change
from articles.demo.growth import add_document, write_down
from articles.demo.settings import set_site
from articles.demo.writing import new_recipe


def tell(diary: Diary, leaver_deletes: int) -> None:
    """Plans the stories of this channel, if it has any; S4 with so many articles."""
    if diary.plan.name == facts.ACME:
        _all_gone(diary)
        _not_visible(diary)
        _site_down(diary)
    if diary.plan.name == facts.CORAL:
        _leaver(diary, leaver_deletes)
    if diary.plan.name == facts.BARUN:
        _emptied_trash(diary)


def _on(diary: Diary, days: int, hour: int, minute: int, second: int = 0) -> datetime:
    """A time of day so many days before today, in the channel's own zone."""
    day = (diary.base - timedelta(days=days)).date()
    return datetime.combine(day, time(hour, minute, second), diary.base.tzinfo)


def last_afternoon(base: datetime) -> int:
    """How many days ago the last afternoon was that is over: 0 is today."""
    return 0 if (base.hour, base.minute) > (14, 30) else 1


def _stock(diary: Diary, space: str, amount: int, topics: tuple[str, ...]) -> list[Document]:
    """New documents in a site that no ordinary day touches."""
    shelf = diary.shelf(space)
    made = []
    for number in range(amount):
        topic = topics[number % len(topics)] if topics else diary.rng.choice(list(shelf.folders))
        recipe = new_recipe(diary.rng, topic, diary.plan.brand)
        document = add_document(diary, shelf.id, diary.rng.choice(shelf.folders[topic]), recipe)
        document.state, document.set_aside = "published", True
        made.append(document)
    return made


def _all_gone(diary: Diary) -> None:
    """S1. Kim Minji tries the switch on one article, then hides 42 at once."""
    hers: list[Document] = []

    def write_some(at: datetime) -> Act:
        made = _stock(diary, facts.ACME_HELP, 8, ("refund", "delivery", "payment", "cancel"))
        hers.extend(made)
        return write_down(diary, at, diary.named("kim-minji"), made)

    def hide(at: datetime, first: int, last: int, hidden: bool) -> Act:
        step = change("hidden", hidden, ids_of(hers[first:last]))
        return diary.act(at, diary.named("kim-minji"), step, tool="app 3.2")

    for number in range(6):
        diary.plan_for(_on(diary, 150 - 17 * number, 10 + number, 20), write_some)
    for days in (40, 26, 13):
        diary.plan_for(
            _on(diary, days, 11, days), lambda at: edit(diary, at, diary.rng.sample(hers, 7))
        )
    day, amount = last_afternoon(diary.base), facts.HIDDEN_ARTICLES
    diary.plan_for(_on(diary, day, 14, 2, 11), lambda at: hide(at, 0, 1, True))
    diary.plan_for(_on(diary, day, 14, 3, 5), lambda at: hide(at, 0, 1, False))
    diary.plan_for(_on(diary, day, 14, 5, 42), lambda at: hide(at, 0, amount, True))
    diary.plan_for(
        _on(diary, day, 14, 9, 30),
        lambda at: edit(diary, at, hers[-1:], diary.named("kim-minji")),
    )


def _not_visible(diary: Diary) -> None:
    """S2. An article is published in a folder whose grandparent was hidden before."""
    chain: list[int] = []

    def make_folders(at: datetime) -> Act:
        shelf = diary.shelf(facts.ACME_HELP)
        chain.extend(diary.new_id("category") for _ in range(3))
        rows = {
            "channel": diary.id,
            "space": shelf.id,
            "ids": chain,
            "parents": [None, *chain[:2]],
            "names": [facts.HIDDEN_CATEGORY, *facts.INNER_CATEGORIES],
            "slugs": ["overseas-customers", "overseas-payment", "overseas-cards"],
            "positions": [90, 0, 0],
        }
        return diary.act(at, diary.named("park-seoyeon"), (statements.ADD_CATEGORIES, rows))

    def write_it(at: datetime) -> Act:
        made = _stock(diary, facts.ACME_HELP, 1, ("payment",))
        made[0].category, made[0].slug, made[0].recipe = chain[2], facts.UNSEEN_SLUG, facts.UNSEEN
        return write_down(diary, at, diary.someone(), made)

    diary.plan_for(_on(diary, 40, 10, 12), make_folders)
    diary.plan_for(
        _on(diary, 12, 17, 48),
        lambda at: diary.act(
            at,
            diary.named("park-seoyeon"),
            change("hidden", True, chain[:1], "category"),
            reason="해외 결제 개편 동안 숨김",
        ),
    )
    diary.plan_for(_on(diary, 2, 9, 36), write_it)


def _site_down(diary: Diary) -> None:
    """S3. Lee Jiho switches the partner center off during a demo, and forgets it."""
    diary.plan_for(
        _on(diary, 4, 16, 40),
        lambda at: set_site(
            diary,
            at,
            diary.shelf(facts.ACME_PARTNERS),
            "website_enabled",
            False,
            by=diary.named("lee-jiho"),
            tool=facts.DEMO_TOOL,
        ),
    )


def _leaver(diary: Diary, amount: int) -> None:
    """S4. Park Doyun deletes article after article for three hours, and leaves the next day."""
    doomed: list[Document] = []
    names = [space.name for space in diary.plan.spaces]

    def write_some(at: datetime, name: str, size: int) -> Act:
        made = _stock(diary, name, size, ())
        for document in made:
            document.recipe = replace(document.recipe, brief=True)
        doomed.extend(made)
        return write_down(diary, at, diary.someone(), made)

    def delete_one(at: datetime, number: int) -> Act:
        person = diary.named("park-doyun")
        undo = trash if number % 3 == 2 else delete
        return undo(diary, at, [doomed[number]], person)

    def leave(at: datetime) -> Act:
        person = diary.named("park-doyun")
        person.until = at
        step = change("left_at", at, [person.id], "member")
        return diary.act(at, diary.someone("owner"), step)

    first, last = diary.born + timedelta(days=60), diary.today - timedelta(days=20)
    for begun in range(0, amount, 25):
        size, name = min(25, amount - begun), names[begun // 25 % len(names)]
        at = diary.work_time(first, last)
        diary.plan_for(at, lambda at, name=name, size=size: write_some(at, name, size))
    begin, end = _on(diary, 6, 14, 2), _on(diary, 6, 17, 31)
    for number in range(amount):
        at = begin + (end - begin) * number / max(amount - 1, 1)
        diary.plan_for(at, lambda at, number=number: delete_one(at, number))
    diary.plan_for(_on(diary, 5, 9, 10), leave)


def _emptied_trash(diary: Diary) -> None:
    """S6. Choi Haeun empties the trash, in which others kept things for later."""
    kept: list[Document] = []
    per_day = facts.EMPTIED_ARTICLES // 3
    topics = ("refund", "exchange", "delivery", "coupon")

    def write_some(at: datetime) -> Act:
        made = _stock(diary, "바른마켓 고객센터", per_day, topics)
        kept.extend(made)
        return write_down(diary, at, diary.someone(), made)

    for number in range(3):
        diary.plan_for(_on(diary, 170 - 30 * number, 10, 5), write_some)
        part = slice(number * per_day, (number + 1) * per_day)
        diary.plan_for(
            _on(diary, 45 - 12 * number, 15, 30), lambda at, p=part: trash(diary, at, kept[p])
        )
    diary.plan_for(
        _on(diary, 1, 11, 20),
        lambda at: delete(diary, at, kept, diary.named("choi-haeun")),
    )
