"""The chain of seals."""

from django.db import migrations

from audit.capture import RunFile


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [RunFile("audit/sql/seals.sql")]
