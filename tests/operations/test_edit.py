"""Editing fields by forms that follow from the declaration: what is offered, judged and written."""

import pytest

from articles.models import Article, Channel, Member, Space, Translation
from audit.models import Event
from backoffice.operations import registry
from backoffice.operations.exceptions import Conflict, Invalid
from backoffice.operations.performers import StaffPerformer
from backoffice.operations.pipeline import execute
from tests.operations.facts import REASON, apply, content, events_since, last_event_id, look

EDIT = "/operations/space.edit/"


def run(name, targets, params, staff):
    return execute(name, targets, params, actor=StaffPerformer(staff), reason=REASON)


def form_of(name, targets, staff, data=None):
    return registry.get(name).form(data, StaffPerformer(staff), targets)


def typed(form):
    """What a browser would send of a form as it was opened."""
    return {name: form[name].value() for name in form.fields if form[name].value() is not None}


def errors_of(name, targets, params, staff):
    before = content()
    with pytest.raises(Invalid) as refusal:
        run(name, targets, params, staff)
    assert content() == before
    return {field: [str(one) for one in found] for field, found in refusal.value.errors.items()}


def test_it_writes_only_what_differs_in_one_version(people, site):
    data = typed(form_of("space.edit", [site.space], people["otis"]))
    data |= {"name": "새 도움말", "feedback_enabled": "false"}
    result = run("space.edit", [site.space], data, people["otis"])
    space = Space.objects.get(pk=site.space)
    assert (space.name, space.feedback_enabled, space.slug) == ("새 도움말", False, "acme")
    (version,) = Space.history.filter(event_id=result.event_id)
    assert sorted(version.changed_fields) == ["feedback_enabled", "name"]
    event = Event.objects.get(pk=result.event_id)
    assert (event.name, event.record_id, event.reason) == ("space.edited", str(site.space), REASON)


def test_it_refuses_to_change_nothing(people, site, product):
    data = typed(form_of("space.edit", [site.space], people["otis"]))
    assert (
        "nothing to change"
        in errors_of("space.edit", [site.space], data, people["otis"])["__all__"][0]
    )
    # Blanks around a line, and how browsers send the ends of lines, are no change either.
    data["name"] = f"  {data['name']} "
    assert errors_of("space.edit", [site.space], data, people["otis"])["__all__"]
    text = site.translations[0]
    product.execute("UPDATE articles_translation SET body = E'one\\ntwo' WHERE id = %s", [text])
    assert errors_of("translation.edit", [text], {"body": "one\r\ntwo"}, people["otis"])["__all__"]


def test_it_never_reads_what_it_did_not_ask_for(people, site):
    run(
        "space.edit",
        [site.space],
        {"name": "새", "website_enabled": "false", "channel": "999", "channel_id": "9", "id": "7"},
        people["otis"],
    )
    space = Space.objects.get(pk=site.space)
    assert (space.name, space.website_enabled, space.channel_id) == ("새", True, site.channel)


@pytest.mark.parametrize(
    ("params", "field", "said"),
    [
        ({"slug": "other"}, "slug", "taken"),
        ({"slug": "a b"}, "slug", "without spaces"),
        ({"slug": "x" * 101}, "slug", "100"),
        ({"name": ""}, "name", "left empty"),
        ({"name": "a\x00b"}, "name", "Null"),
        ({"custom_domain": "help.other.test"}, "custom_domain", "taken"),
        ({"custom_domain": "no domain"}, "custom_domain", "domain"),
        ({"access": "nobody"}, "access", "valid choice"),
        ({"contact_email": "nobody"}, "contact_email", "email"),
        ({"theme_color": "red"}, "theme_color", "#3b5bdb"),
        ({"home_layout": '{"a": 1,}'}, "home_layout", "line 1, column 9"),
        ({"home_layout": '{"a": NaN}'}, "home_layout", "numbers"),
        ({"home_layout": '{"a": 1e999}'}, "home_layout", "numbers"),
        ({"home_layout": '{"a": "\\u0000"}'}, "home_layout", "cannot be kept"),
        ({"home_layout": '{"a": "\\ud800"}'}, "home_layout", "cannot be kept"),
        ({"home_layout": "[" * 9_000 + "]" * 9_000}, "home_layout", "nested too deeply"),
        ({"home_layout": '"' + "가" * 9_000 + '"'}, "home_layout", "20,000"),
        ({"home_layout": '"' + "x" * 90_000 + '"'}, "home_layout", "20,000"),
    ],
)
def test_it_says_beside_the_field_what_the_database_would_refuse(
    people, site, elsewhere, product, params, field, said
):
    product.execute(
        "UPDATE articles_space SET custom_domain = 'help.other.test' WHERE slug = 'other'"
    )
    errors = errors_of("space.edit", [site.space], params, people["otis"])
    assert list(errors) == [field]
    assert said.lower() in " ".join(errors[field]).lower()


def test_a_slug_is_unique_where_its_article_stands_among_the_living(people, site, product):
    one, other = site.articles[:2]
    errors = errors_of("article.edit", [one], {"slug": "refund-2"}, people["otis"])
    assert "Space, Category" in errors["slug"][0]
    product.execute("UPDATE articles_article SET deleted_at = now() WHERE id = %s", [other])
    run("article.edit", [one], {"slug": "refund-2"}, people["otis"])
    assert Article.objects.get(pk=one).slug == "refund-2"


def test_an_old_value_that_breaks_a_later_rule_hinders_nobody(people, site, product):
    product.execute(
        "UPDATE articles_space SET theme_color = 'red', access = 'secret', contact_email = 'x'"
    )
    form = form_of("space.edit", [site.space], people["otis"])
    assert "secret (no longer a choice)" in str(form["access"])
    run("space.edit", [site.space], {**typed(form), "name": "새"}, people["otis"])
    space = Space.objects.get(pk=site.space)
    assert (space.name, space.access, space.theme_color) == ("새", "secret", "red")


def test_times_are_in_the_reader_s_zone(people, site, product):
    product.execute("UPDATE articles_article SET published_at = '2026-11-24 00:30:10.5+00'")
    form = form_of("article.edit", site.articles[:1], people["otis"])
    assert 'value="2026-11-24T09:30:10"' in str(form["published_at"])
    assert "Asia/Seoul" in str(form["published_at"].help_text)
    # The fraction of a second that the form does not show is no change.
    data = {"published_at": "2026-11-24T09:30:10"}
    assert errors_of("article.edit", site.articles[:1], data, people["otis"])["__all__"]
    run("article.edit", site.articles[:1], {"published_at": "2026-11-24T10:00:00"}, people["otis"])
    changed = Article.objects.get(pk=site.articles[0])
    assert changed.published_at.isoformat() == "2026-11-24T01:00:00+00:00"


def test_a_foreign_key_is_chosen_within_the_scope(people, site, elsewhere):
    article = site.articles[0]
    shown = str(form_of("article.edit", [article], people["otis"])["author"])
    assert "김민지" in shown and shown.count("<option") == 2
    assert errors_of("article.edit", [article], {"author": elsewhere.member}, people["otis"])
    run("article.edit", [article], {"author": ""}, people["otis"])
    run("article.edit", [article], {"author": f"#{site.member}"}, people["otis"])
    assert Article.objects.get(pk=article).author_id == site.member


def test_among_many_a_foreign_key_is_an_id_or_an_exact_name(people, site, product):
    for number in range(51):
        product.execute(
            "INSERT INTO articles_member (channel_id, key, name, email) VALUES (%s, %s, %s, %s)",
            [site.channel, f"k{number}", f"이름 {number}", "same@acme.test" if number < 2 else ""],
        )
    article = site.articles[0]
    form = form_of("article.edit", [article], people["otis"])
    assert f'value="#{site.member}"' in str(form["author"])
    errors = errors_of("article.edit", [article], {"author": "nobody"}, people["otis"])
    assert "nobody" in errors["author"][0]
    errors = errors_of("article.edit", [article], {"author": "same@acme.test"}, people["otis"])
    assert "Several are called so" in errors["author"][0] and "이름 0" in errors["author"][0]
    assert errors_of("article.edit", [article], {"author": "x" * 400}, people["otis"])
    run("article.edit", [article], {"author": "k7"}, people["otis"])
    assert Article.objects.get(pk=article).author == Member.objects.get(key="k7")


def test_personal_fields_are_asked_only_of_who_may_see_them(people, site):
    assert "email" in form_of("member.edit", [site.member], people["otis"]).fields
    form = form_of("member.edit", [site.member], people["vera"])
    assert [name for name in form.fields if name != "seen"] == ["role"]
    assert "minji" not in str(form)


def test_fields_stand_in_the_groups_of_the_record_page(people, site):
    groups = list(form_of("space.edit", [site.space], people["otis"]).groups())
    assert [str(title) for title, rows in groups] == ["Address", "Website", "Page"]
    assert [row.field.name for row in groups[0][1]] == ["name", "slug", "custom_domain"]


def test_a_long_text_is_edited_and_previewed(people, site):
    text = "환불은 가능합니다.\n" * 9_000
    stored = look("translation.edit", site.translations[:1], people["otis"], {"body": text})
    apply(stored, people["otis"])
    assert Translation.objects.get(pk=site.translations[0]).body == text
    errors = errors_of(
        "translation.edit", site.translations[:1], {"body": "x" * 200_001}, people["otis"]
    )
    assert "200000" in errors["body"][0]


# Several at once.


def test_of_several_only_what_is_ticked_is_written(people, site, elsewhere):
    channels = [site.channel, elsewhere.channel]
    data = {"change_plan": "on", "plan": "growth", "country": "JP", "timezone": "Asia/Tokyo"}
    result = run("channel.edit", channels, data, people["otis"])
    found = Channel.objects.filter(pk__in=channels).values_list("plan", "country", "timezone")
    assert set(found) == {("growth", "KR", "Asia/Seoul")}
    assert Channel.history.filter(event_id=result.event_id).count() == 2


def test_several_are_not_offered_what_must_differ(people, site, elsewhere):
    form = form_of("space.edit", [site.space, elsewhere.space], people["otis"])
    assert not {"slug", "custom_domain", "name"} & set(form.fields)
    assert "change_access" in form.fields
    # Whose records have no candidates in common are not asked for any.
    form = form_of("article.edit", [site.articles[0], elsewhere.articles[0]], people["otis"])
    assert "author" not in form.fields
    errors = errors_of(
        "space.edit",
        [site.space, elsewhere.space],
        {"slug": "x", "change_slug": "on"},
        people["otis"],
    )
    assert "Nothing is ticked" in errors["__all__"][0]


def test_what_has_no_shared_field_is_edited_one_by_one(people, site):
    before = content()
    with pytest.raises(Invalid, match="one record at a time"):
        run("translation.edit", site.translations[:2], {"title": "x"}, people["otis"])
    assert content() == before


def test_several_leave_out_who_has_the_values_already(people, site, elsewhere, product):
    product.execute("UPDATE articles_channel SET plan = 'growth' WHERE id = %s", [site.channel])
    data = {"change_plan": "on", "plan": "growth"}
    stored = look("channel.edit", [site.channel, elsewhere.channel], people["otis"], data)
    assert stored.targets == [elsewhere.channel]
    apply(stored, people["otis"])
    assert set(Channel.objects.values_list("plan", flat=True)) == {"growth"}


def test_a_part_of_several_is_judged_as_they_were(people, site, elsewhere, product):
    """Work in batches may leave one record to a batch, which has the value already."""
    product.execute("UPDATE articles_channel SET plan = 'growth' WHERE id = %s", [site.channel])
    before = content()
    with pytest.raises(Conflict, match="it is so already"):
        run("channel.edit", [site.channel], {"change_plan": "on", "plan": "growth"}, people["otis"])
    assert content() == before


# What was seen.


def opened(name, targets, staff):
    """A form's token and values, as a browser holds them while it is open."""
    return typed(form_of(name, targets, staff))


def test_someone_else_s_change_of_another_field_stays(people, site, product):
    data = opened("space.edit", [site.space], people["otis"])
    product.execute("UPDATE articles_space SET name = '그새 바뀐 이름', theme_color = '#000000'")
    run("space.edit", [site.space], {**data, "contact_email": "a@acme.test"}, people["otis"])
    space = Space.objects.get(pk=site.space)
    assert (space.name, space.theme_color) == ("그새 바뀐 이름", "#000000")
    assert space.contact_email == "a@acme.test"


def test_someone_else_s_change_of_the_same_field_is_a_conflict(people, site, product):
    data = opened("space.edit", [site.space], people["otis"])
    product.execute("UPDATE articles_space SET name = '그새 바뀐 이름'")
    before, last = content(), last_event_id()
    with pytest.raises(Conflict):
        look("space.edit", [site.space], people["otis"], {**data, "name": "나의 이름"})
    with pytest.raises(Conflict):
        run("space.edit", [site.space], {**data, "name": "나의 이름"}, people["otis"])
    assert content() == before
    assert [event.outcome for event in events_since(last)] == ["conflict", "conflict"]
    # The same change, made by both, is none: there is nothing left to do.
    assert errors_of("space.edit", [site.space], {**data, "name": "그새 바뀐 이름"}, people["otis"])


def test_of_several_a_ticked_field_that_moved_is_a_conflict(people, site, elsewhere, product):
    channels = [site.channel, elsewhere.channel]
    data = opened("channel.edit", channels, people["otis"]) | {
        "change_plan": "on",
        "plan": "growth",
    }
    product.execute("UPDATE articles_channel SET country = 'JP' WHERE id = %s", [site.channel])
    look("channel.edit", channels, people["otis"], data)
    product.execute("UPDATE articles_channel SET plan = 'starter' WHERE id = %s", [site.channel])
    before = content()
    with pytest.raises(Conflict) as refusal:
        look("channel.edit", channels, people["otis"], data)
    assert refusal.value.context["moved"] == [site.channel]
    assert content() == before


@pytest.mark.parametrize("token", ["x", "a:b:c", "x" * 70_000])
def test_an_altered_token_is_refused(people, site, token):
    before = content()
    with pytest.raises(Invalid, match="altered"):
        run("space.edit", [site.space], {"name": "새", "seen": token}, people["otis"])
    other = opened("article.edit", site.articles[:1], people["otis"])["seen"]
    with pytest.raises(Invalid, match="altered"):
        run("space.edit", [site.space], {"name": "새", "seen": other}, people["otis"])
    assert content() == before


# Pages.


def test_the_page_of_a_conflict_shows_both_sides(browse, site, product):
    otis = browse("otis")
    form = otis.get(EDIT, {"target": site.space}).context["form"]
    product.execute("UPDATE articles_space SET name = '그새 바뀐 이름'")
    sent = {**typed(form), "name": "나의 이름", "target": site.space, "reason": REASON}
    page = otis.post(EDIT, {**sent, "step": "preview"})
    assert page.status_code == 409
    text = page.content.decode()
    assert "acme 도움말" in text and "그새 바뀐 이름" in text and "나의 이름" in text
    event = Event.objects.filter(name="records.changed").latest("id")
    assert f"/events/{event.id}/" in text
    # What was typed comes along to the new form, and nothing else of the old one.
    (side,) = page.context["sides"]
    assert [(field.label, field.touched) for field in side.fields] == [("Name", True)]
    again = otis.post(EDIT, {**page.context["given"], "step": "fill", "target": site.space})
    assert 'value="나의 이름"' in again.content.decode()
    done = typed(again.context["form"])
    shown = otis.post(EDIT, {**sent, **done, "step": "preview"})
    assert shown.status_code == 302


def test_the_page_keeps_what_was_typed_beside_the_error(browse, site):
    otis = browse("otis")
    data = {"step": "preview", "target": site.space, "reason": REASON}
    page = otis.post(EDIT, {**data, "home_layout": '{"columns": 2,}'})
    assert page.status_code == 422
    text = page.content.decode()
    assert "column 15" in text and "{&quot;columns&quot;: 2,}" in text


def test_the_way_back_from_a_preview_keeps_what_was_typed(browse, site):
    otis = browse("otis")
    sent = {"step": "preview", "target": site.space, "reason": REASON, "name": "새 이름"}
    shown = otis.get(otis.post(EDIT, sent)["location"]).content.decode()
    assert 'name="name" value="새 이름"' in shown
    back = otis.post(EDIT, {"step": "fill", "target": site.space, "name": "새 이름"})
    assert 'value="새 이름"' in back.content.decode()
