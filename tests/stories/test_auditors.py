"""S15. The audit of the auditors: who looked, who took data along, who was refused."""

import re

from playwright.sync_api import expect

from audit.seals import Finding, newest_seal, seal_pending, verify
from tests.harness import databases, template
from tests.stories.visits import heading


def test_ada_finds_who_looked_who_exported_and_who_was_refused(signed_in, customer, stack):
    article = customer.site.articles[0]
    vera = signed_in("vera", to=f"/articles/{article}/")
    heading(vera, "환불 안내 1")
    vera.goto(f"/operations/article.hide/?target={article}")
    heading(vera, "You may not do this")
    otis = signed_in("otis", to=f"/activity/?scope={customer.site.channel}")
    otis.locator("summary, a", has_text="Export").first.click()
    with otis.expect_download():
        otis.get_by_role("link", name=re.compile("CSV")).click()

    ada = signed_in("ada", to=f"/events/?record=article:{article}")
    expect(ada.get_by_text(re.compile("Vera.*opened")).first).to_be_visible()
    ada.goto(f"/events/?record=article:{article}&outcome=denied")
    expect(ada.get_by_text(re.compile("Vera")).first).to_be_visible()
    expect(ada.locator(".badge", has_text="denied").first).to_be_visible()
    ada.goto("/events/?name=activity.exported")
    expect(ada.get_by_text(re.compile("Otis")).first).to_be_visible()


def test_ada_keeps_the_newest_seal_and_what_is_altered_behind_it_is_found(
    signed_in, customer, stack
):
    seal_pending()
    ada = signed_in("ada", to="/seals/")
    heading(ada, "Seals")
    mark = newest_seal().mark
    expect(ada.get_by_text(f"manage.py verify_seals --expect {mark}")).to_be_visible()
    assert findings(mark) == []
    with template.admin(databases.cluster(), stack.database.name) as superuser:
        superuser.execute("SET session_replication_role = replica")
        altered = superuser.execute(
            "UPDATE audit_event SET actor_label = 'nobody' WHERE id = "
            "(SELECT max(event_id) FROM audit_seal_row) RETURNING id"
        ).fetchone()[0]
    assert ("altered", "audit_event", altered) in findings(mark)


def findings(mark):
    """What verification finds, given the mark that was kept elsewhere."""
    found = [one for one in verify(expected=mark) if isinstance(one, Finding)]
    return [(one.kind, one.table, one.row_id) for one in found]


def test_otis_is_not_told_who_looked(signed_in, customer):
    article = customer.site.articles[0]
    signed_in("vera", to=f"/articles/{article}/")
    otis = signed_in("otis", to=f"/events/?record=article:{article}")
    expect(otis.get_by_role("heading", level=1)).to_be_visible()
    expect(otis.get_by_text(re.compile("Vera.*opened"))).to_have_count(0)
