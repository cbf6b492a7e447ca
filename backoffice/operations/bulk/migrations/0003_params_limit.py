"""Whatever a preview may hold can be sent for approval, and run."""

from django.db import migrations

from backoffice.entities.limits import json_limit


class Migration(migrations.Migration):
    dependencies = [("bulk", "0002_children")]
    operations = [
        migrations.RemoveConstraint("bulkrun", "bulk_run_params_limit"),
        migrations.AddConstraint("bulkrun", json_limit("params", 2_000_000, "bulk_run_params_limit")),
    ]
