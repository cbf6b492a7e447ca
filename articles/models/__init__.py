"""The customers' tables. Other services write them in plain SQL: defaults are the database's."""

from articles.models.article import Article
from articles.models.category import Category
from articles.models.channel import Channel
from articles.models.member import Member
from articles.models.space import Space
from articles.models.translation import Translation

__all__ = ["Article", "Category", "Channel", "Member", "Space", "Translation"]
