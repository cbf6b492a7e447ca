"""What is pasted into the search box jumps to the record, or offers the few it can mean."""

import pytest

from tests.entities.conftest import browser, met_again


def where(client, text):
    """Where a search leads, or None when it stays on its page."""
    return client.get("/search", {"q": text}).headers.get("location")


def content(client, text):
    return client.get("/search", {"q": text}).content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "https://acme.help.test/ko/articles/refund-2",
        "https://acme.help.test/articles/refund-2",
        "https://acme.help.test/en-US/articles/refund-2/?utm=1#top",
        "HTTPS://ACME.help.test/ko/articles/refund-2",
        "https://acme.help.test/ko/articles/{id}",
        "  https://acme.help.test:8443/ko/articles/%72efund-2  ",
    ],
)
def test_an_address_of_the_product_opens_the_article(vera, world, address):
    article = world.site.articles[1]
    assert where(vera, address.format(id=article)) == f"/articles/{article}/"


def test_a_custom_domain_goes_before_a_slug(browse, site, elsewhere, product):
    product.execute(
        "UPDATE articles_space SET custom_domain = 'acme.help.test' WHERE id = %s",
        [elsewhere.space],
    )
    vera = browse("vera")
    assert where(vera, "https://acme.help.test/") == f"/spaces/{elsewhere.space}/"
    assert where(vera, "https://acme.elsewhere.test/") == f"/spaces/{site.space}/"


def test_an_address_of_a_category_opens_it(vera, world):
    assert where(vera, "https://acme.x.test/ko/categories/환불") == (
        f"/categories/{world.site.categories[1]}/"
    )


def test_it_offers_all_that_an_address_can_mean_the_living_first(browse, site, product):
    first, second, third = site.articles
    product.execute(
        "UPDATE articles_article SET deleted_at = now(), slug = 'refund-2' WHERE id = %s", [third]
    )
    vera = browse("vera")
    address = "https://acme.help.test/ko/articles/refund-2"
    assert where(vera, address) is None
    text = content(vera, address)
    assert "“refund-2” in the space acme 도움말:" in text
    assert text.index(f"/articles/{second}/") < text.index(f"/articles/{third}/")
    assert f"/articles/{first}/" not in text


def test_an_unknown_page_of_a_known_space_offers_the_space(vera, world):
    address = "https://acme.help.test/ko/articles/gone"
    assert where(vera, address) is None
    text = content(vera, address)
    assert "There is no “gone” at acme.help.test" in text
    assert f"/spaces/{world.site.space}/" in text


def test_a_known_page_of_an_unknown_domain_is_offered(vera, world):
    text = content(vera, "https://nobody.test/ko/articles/refund-2")
    assert "No space has the domain nobody.test" in text
    assert f"/articles/{world.site.articles[1]}/" in text
    assert f"/articles/{world.other.articles[1]}/" in text


@pytest.mark.parametrize("address", ["https://nobody.test/", "https://nobody.test/a/b/c"])
def test_an_address_that_means_nothing_is_said_to(vera, address):
    assert where(vera, address) is None
    assert "No page of a customer is known by this address" in content(vera, address)


def test_an_address_of_the_console_itself_is_opened(vera):
    assert where(vera, "http://testserver/articles/?q=a") == "/articles/?q=a"
    assert where(vera, "http://testserver.evil.test/articles/") is None


def test_an_address_into_a_closed_scope_leads_nowhere(browse, people, site, restrict):
    address = "https://acme.help.test/ko/articles/refund-2"
    assert where(browse("vera"), address)
    restrict(site.channel, people["ada"])
    again = browser(met_again(people["vera"]))
    assert where(again, address) is None
    assert f"/articles/{site.articles[1]}/" not in content(again, address)
    # It is as if the help site had never been: its name is not told either.
    for path in ("", "/ko/articles/refund-2", "/ko/articles/nothing", "/ko/categories/결제"):
        closed, never = (
            again.get("/search", {"q": f"https://{host}.help.test{path}"}).context["results"]
            for host in ("acme", "never")
        )
        assert (closed.understood, closed.groups) == ("", []), path
        assert closed.problem == never.problem != "", path


def test_an_id_that_one_record_has_opens_it(vera, world):
    last = world.other.translations[-1]
    assert where(vera, f"#{last}") == f"/translations/{last}/"
    assert where(vera, str(last)) == f"/translations/{last}/"


def test_an_id_that_several_records_have_offers_them(vera):
    assert where(vera, "#1") is None
    text = content(vera, "#1")
    assert 'href="/channels/1/"' in text
    assert 'href="/articles/1/"' in text


@pytest.mark.parametrize("text", ["#0", "#99999999999999999999", "#-1", "#1e5"])
def test_an_id_that_nothing_can_have_finds_nothing(vera, text):
    assert vera.get("/search", {"q": text}).status_code == 200


@pytest.mark.parametrize("path", ["//evil.test/x", "/\\evil.test", "///evil.test?a=b"])
def test_an_address_of_the_console_itself_never_leads_elsewhere(vera, path):
    leads = where(vera, f"http://testserver{path}")
    assert leads is None or (leads.startswith("/evil.test") and not leads.startswith("//"))
