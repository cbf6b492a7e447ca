"""Scope integrity between tables, capture of all of them, and what the product's role may do."""

from django.db import migrations

from audit.capture import CaptureTable

# A row's channel is the channel of what it stands in: no forged scope survives.
SCOPES = """
ALTER TABLE public.articles_category
    ADD CONSTRAINT category_in_scope FOREIGN KEY (space_id, channel_id)
        REFERENCES public.articles_space (id, channel_id) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT category_in_space FOREIGN KEY (parent_id, space_id)
        REFERENCES public.articles_category (id, space_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE public.articles_article
    ADD CONSTRAINT article_in_scope FOREIGN KEY (space_id, channel_id)
        REFERENCES public.articles_space (id, channel_id) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT article_in_space FOREIGN KEY (category_id, space_id)
        REFERENCES public.articles_category (id, space_id) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT article_author_in_scope FOREIGN KEY (author_id, channel_id)
        REFERENCES public.articles_member (id, channel_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE public.articles_translation
    ADD CONSTRAINT translation_in_scope FOREIGN KEY (article_id, channel_id)
        REFERENCES public.articles_article (id, channel_id) DEFERRABLE INITIALLY DEFERRED;
"""

# The customer-facing service writes its own tables and nothing else.
GRANTS = """
GRANT SELECT, INSERT, UPDATE, DELETE ON public.articles_channel, public.articles_member,
    public.articles_space, public.articles_category, public.articles_article,
    public.articles_translation TO product;
GRANT USAGE, SELECT ON SEQUENCE public.articles_channel_id_seq, public.articles_member_id_seq,
    public.articles_space_id_seq, public.articles_category_id_seq, public.articles_article_id_seq,
    public.articles_translation_id_seq TO product;
"""


class Migration(migrations.Migration):
    dependencies = [("articles", "0001_initial"), ("audit", "0001_initial")]
    operations = [
        migrations.RunSQL(SCOPES, migrations.RunSQL.noop),
        migrations.RunSQL(GRANTS, migrations.RunSQL.noop),
        CaptureTable(
            "Channel",
            entity="channel",
            scope="{row}.id",
            verbs={"status": {"suspended": "suspended", "active": "activated", "closed": "closed"}},
        ),
        CaptureTable(
            "Member",
            entity="member",
            scope="{row}.channel_id",
            verbs={"left_at": ("left", "returned")},
        ),
        CaptureTable(
            "Space",
            entity="space",
            scope="{row}.channel_id",
            area="{row}.id",
            verbs={"website_enabled": ("turned_on", "turned_off")},
        ),
        CaptureTable(
            "Category",
            entity="category",
            scope="{row}.channel_id",
            area="{row}.space_id",
            verbs={"hidden": ("hidden", "unhidden")},
        ),
        CaptureTable(
            "Article",
            entity="article",
            scope="{row}.channel_id",
            area="{row}.space_id",
            verbs={
                "deleted_at": ("trashed", "restored"),
                "hidden": ("hidden", "unhidden"),
                "state": {
                    "published": "published",
                    "draft": "unpublished",
                    "archived": "archived",
                },
            },
        ),
        CaptureTable(
            "Translation",
            entity="translation",
            scope="{row}.channel_id",
            area="(SELECT a.space_id FROM public.articles_article a WHERE a.id = {row}.article_id)",
            verbs={"deleted_at": ("trashed", "restored")},
        ),
    ]
