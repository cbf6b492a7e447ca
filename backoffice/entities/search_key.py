"""Database expressions behind search: one normalised text for each table, and its index.

NFD takes Korean syllables apart, so that one syllable, or a half-typed one, has trigrams too.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.expressions import F, Func


class SearchKey(Func):
    """`lower(normalize(a || newline || b …, NFD))` over text columns that are never null."""

    output_field = models.TextField()

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **extra: Any) -> Any:
        parts, params = [], []
        for source in self.get_source_expressions():
            sql, values = compiler.compile(source)
            parts.append(sql)
            params.extend(values)
        return f"lower(normalize({' || chr(10) || '.join(parts)}, NFD))", params


def search_field(*columns: str) -> models.GeneratedField:
    """The stored generated column that search reads, over these text columns."""
    return models.GeneratedField(
        expression=SearchKey(*(F(column) for column in columns)),
        output_field=models.TextField(),
        db_persist=True,
        editable=False,
    )


def expression_of(key: models.GeneratedField) -> Any:
    """What a generated column is made from."""
    return vars(key)["expression"]


def trigram_index(expression: str | Func, name: str) -> GinIndex:
    """The index that makes substring search of a column or expression fast."""
    return GinIndex(OpClass(expression, name="gin_trgm_ops"), name=name)


def normalise(text: str) -> str:
    """The form in which `text` is compared with a search key.

    Letter by letter, as the database's `lower` does it: Python's own looks at a word's end (Σ → ς).
    """
    return "".join(letter.lower() for letter in unicodedata.normalize("NFD", text))
