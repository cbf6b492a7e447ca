"""What is typed into a search box is read once, and bounded."""

import unicodedata

import pytest

from backoffice.entities.search_query import LONGEST, BadQuery, read_query


def nfd(text):
    return unicodedata.normalize("NFD", text)


@pytest.mark.parametrize("text", ["", "   ", "\x00", "\u200b\ufeff", "\n\t\r"])
def test_it_takes_nothing_visible_for_nothing(text):
    assert read_query(text) is None


def test_it_splits_words_and_keeps_quoted_ones_together():
    assert read_query('환불 "배송 안내" 환불').words == (nfd("환불"), nfd("배송 안내"))


@pytest.mark.parametrize("text", ['"', '""', '" "'])
def test_it_looks_for_lone_quotes_as_they_are(text):
    assert all(read_query(text).words)


def test_it_brings_composed_and_decomposed_letters_to_one_form():
    assert read_query("환불").words == read_query(nfd("환불")).words


def test_it_lowers_letters_as_the_database_does():
    assert read_query("ΟΔΟΣ").words == ("οδοσ",)


def test_it_leaves_out_what_cannot_be_seen():
    assert read_query("환\u200b불\x00 \u202e안내").text == "환불 안내"


@pytest.mark.parametrize(
    ("text", "pk", "is_id"),
    [
        ("42", 42, False),
        ("#42", 42, True),
        ("#0", None, False),
        ("9" * 19, None, False),
        ("9" * 18, 10**18 - 1, False),
        ("٤٢", None, False),
        ("42a", None, False),
    ],
)
def test_it_sees_an_id_where_there_can_be_one(text, pk, is_id):
    query = read_query(text)
    assert (query.id, query.is_id) == (pk, is_id)


def test_it_says_how_long_is_too_long():
    assert read_query("a" * LONGEST)
    with pytest.raises(BadQuery, match="200 characters; this one has 201"):
        read_query("a" * (LONGEST + 1))


def test_it_says_how_many_words_are_too_many():
    with pytest.raises(BadQuery, match="20 words"):
        read_query(" ".join(f"w{number}" for number in range(21)))


def test_it_bounds_what_it_looks_through_at_all():
    with pytest.raises(BadQuery):
        read_query("\u200ba" * 1_000_000)


def test_a_long_address_is_no_long_search():
    address = "https://help.acme.test/ko/articles/" + "%ED%99%98" * 100
    assert read_query(address).url.hostname == "help.acme.test"


@pytest.mark.parametrize("text", ["https://", "http://[", "https:///x", "ftp://a/b", "help.acme"])
def test_what_is_no_address_is_searched_for(text):
    query = read_query(text)
    assert query.url is None
    assert query.words


@pytest.mark.parametrize(
    ("text", "known"), [("환", True), ("하", False), ("abc", True), ("qq", False), ("%_\\", False)]
)
def test_it_knows_whether_the_index_can_help(text, known):
    assert read_query(text).has_trigrams is known
