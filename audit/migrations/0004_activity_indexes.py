"""Indexes by which the activity is narrowed."""

from django.db import migrations

from audit.capture import RunFile


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_declare_events")]
    operations = [RunFile("audit/sql/activity_indexes.sql")]
