"""Effects asked of the tables that were written only; the context read in one go."""

from django.db import migrations

from audit.capture import RunFile


class Migration(migrations.Migration):
    dependencies = [("audit", "0006_retention")]
    operations = [
        RunFile("audit/sql/functions.sql"),
        migrations.RunSQL("SELECT public.audit_rebuild_changes_of()", migrations.RunSQL.noop),
    ]
