"""The domain's tables as they were before anyone captured them: plain SQL, plain columns, rows."""

from __future__ import annotations

from typing import Any

TABLES = ("channel", "member", "space", "category", "article", "translation")
# A copy with its primary key and nothing else; it takes the place of the captured one.
COPY = """
CREATE TABLE plain_{name} (LIKE articles_{name} INCLUDING DEFAULTS INCLUDING GENERATED);
ALTER TABLE plain_{name} ADD PRIMARY KEY (id);
CREATE SEQUENCE plain_{name}_id_seq START 1001;
ALTER TABLE plain_{name} ALTER id SET DEFAULT nextval('plain_{name}_id_seq');
DROP TABLE articles_{name} CASCADE;
DROP TABLE articles_historical{name};
ALTER TABLE plain_{name} RENAME TO articles_{name};
ALTER TABLE articles_{name} OWNER TO owner;
GRANT SELECT, INSERT, UPDATE, DELETE ON articles_{name} TO product;
GRANT USAGE ON SEQUENCE plain_{name}_id_seq TO product;
"""


def make_plain(superuser: Any) -> None:
    """Replace the captured tables, empty as they are, by plain ones."""
    for name in TABLES:
        superuser.execute(COPY.format(name=name))
    superuser.execute(
        "DELETE FROM audit_capture WHERE table_name LIKE 'articles_%';"
        "SELECT audit_rebuild_changes_of(), audit_rebuild_rows_of()"
    )


def fill(product: Any, articles: int = 60) -> None:
    """A channel with that many articles and twice as many texts."""
    product.execute(
        "INSERT INTO articles_channel (id, name) VALUES (1, '옛 고객');"
        "INSERT INTO articles_space (id, channel_id, name, slug) VALUES (1, 1, '옛 도움말', 'old')"
    )
    product.execute(
        "INSERT INTO articles_article (id, channel_id, space_id, slug)"
        " SELECT n, 1, 1, 'a' || n FROM generate_series(1, %s) n",
        [articles],
    )
    product.execute(
        "INSERT INTO articles_translation (id, channel_id, article_id, language, title)"
        " SELECT n, 1, 1 + (n - 1) / 2, CASE n %% 2 WHEN 0 THEN 'ko' ELSE 'en' END, '글 ' || n"
        " FROM generate_series(1, %s) n",
        [articles * 2],
    )
