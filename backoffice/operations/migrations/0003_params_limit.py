"""A long text that someone edits is a parameter of the preview."""

from django.db import migrations

from backoffice.entities.limits import json_limit


class Migration(migrations.Migration):
    dependencies = [("operations", "0002_digest")]
    operations = [
        migrations.RemoveConstraint("storedpreview", "preview_params_limit"),
        migrations.AddConstraint(
            "storedpreview", json_limit("params", 2_000_000, "preview_params_limit")
        ),
    ]
