"""Seals wait for transactions that run above the snapshot's own end."""

from django.db import migrations

from audit.capture import RunFile


class Migration(migrations.Migration):
    dependencies = [("audit", "0007_cheaper_capture")]
    operations = [RunFile("audit/sql/seals.sql")]
