"""Whatever a preview may hold can be sent for approval, and run."""

from django.db import migrations

from backoffice.entities.limits import json_limit


class Migration(migrations.Migration):
    dependencies = [("approval", "0001_initial")]
    operations = [
        migrations.RemoveConstraint("request", "request_params_limit"),
        migrations.AddConstraint("request", json_limit("params", 2_000_000, "request_params_limit")),
    ]
