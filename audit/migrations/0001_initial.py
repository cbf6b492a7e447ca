"""Events, effects, the functions that write them and the walls around them."""

from django.db import migrations

from audit.capture import RunFile


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        RunFile("audit/sql/tables.sql"),
        RunFile("audit/sql/functions.sql"),
        RunFile("audit/sql/walls.sql"),
        migrations.RunSQL("SELECT public.audit_rebuild_changes_of()", migrations.RunSQL.noop),
        migrations.RunSQL(
            "SELECT public.audit_make_partitions(current_date - 31, current_date + 400)",
            migrations.RunSQL.noop,
        ),
    ]
