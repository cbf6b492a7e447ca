"""What needs a second person directly needs one by a detour as well."""

import pytest

from articles.models import Article
from backoffice.operations.exceptions import NeedsApproval
from tests.operations.facts import apply, content, look

GONE = (
    "DELETE FROM articles_translation",
    "DELETE FROM articles_article",
    "DELETE FROM articles_category",
)


def done(staff, name, targets, **params):
    return apply(look(name, targets, staff, params), staff)


def test_things_are_not_trashed_by_undoing_that_they_were_restored(people, site, settings):
    otis = people["otis"]
    done(otis, "article.move_to_trash", site.articles)
    restored = done(otis, "article.restore", site.articles)
    settings.APPROVAL_DANGEROUS_ABOVE = 2
    before = content()
    with pytest.raises(NeedsApproval, match="more than 2 records"):
        done(otis, "event.undo", [restored.event_id])
    assert content() == before
    # Texts go with their articles, and count no more than directly.
    settings.APPROVAL_DANGEROUS_ABOVE = 3
    done(otis, "event.undo", [restored.event_id])
    assert not Article.objects.filter(deleted_at=None).exists()


def test_nor_by_undoing_that_their_trashing_was_undone(people, site, settings):
    otis = people["otis"]
    trashed = done(otis, "article.move_to_trash", site.articles)
    back = done(otis, "event.undo", [trashed.event_id])
    settings.APPROVAL_DANGEROUS_ABOVE = 2
    with pytest.raises(NeedsApproval):
        done(otis, "event.undo", [back.event_id])
    assert Article.objects.filter(deleted_at=None).count() == 3


def test_one_record_with_much_in_it_is_much(people, site, product, settings):
    for statement in GONE:
        product.execute(statement)
    otis, outermost = people["otis"], site.categories[:1]
    settings.APPROVAL_ABOVE = 5
    with pytest.raises(NeedsApproval, match="more than 5 records"):
        done(otis, "category.resurrect", outermost, contents="on")
    assert not Article.objects.exists()
    settings.APPROVAL_ABOVE = 12
    done(otis, "category.resurrect", outermost, contents="on")
    assert Article.objects.count() == 3
