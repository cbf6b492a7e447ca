"""Effects under the seals, archives of whole months, and the default partition emptied safely."""

from django.db import migrations

from audit.capture import RunFile


class Migration(migrations.Migration):
    dependencies = [("audit", "0005_deliveries")]
    operations = [RunFile("audit/sql/seals.sql"), RunFile("audit/sql/retention.sql")]
