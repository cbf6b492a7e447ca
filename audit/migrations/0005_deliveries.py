"""Reads that are delivered later, many at once and each once."""

from django.db import migrations

from audit.capture import RunFile


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_activity_indexes")]
    operations = [RunFile("audit/sql/deliveries.sql")]
