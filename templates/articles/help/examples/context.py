SETTINGS = """
SELECT set_config('backoffice.' || k, v, true) FROM unnest(%s::text[], %s::text[]) AS s (k, v)
"""


def announce(cursor, **context):
    """Say who changes what follows in this transaction; None is left out."""
    said = {name: str(value) for name, value in context.items() if value is not None}
    cursor.execute(SETTINGS, (list(said), list(said.values())))


def hide_article(connection, slug, member, request_id):
    with connection.transaction(), connection.cursor() as cursor:
        announce(
            cursor,
            actor_kind="member",
            actor_id=member["id"],
            actor_label=member["name"],
            reason="시즌 종료 정리",
            tool="editor",
            request_id=request_id,
        )
        cursor.execute("UPDATE articles_article SET hidden = true WHERE slug = %s", (slug,))
