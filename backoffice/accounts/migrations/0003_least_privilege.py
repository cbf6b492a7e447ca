"""The console reads what migrations and permissions are, and has no business writing it."""

from django.db import migrations

TABLES = (
    "django_migrations, django_content_type, auth_permission, auth_group, auth_group_permissions"
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_capture"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [
        migrations.RunSQL(
            f"REVOKE INSERT, UPDATE, DELETE ON {TABLES} FROM console",
            f"GRANT INSERT, UPDATE, DELETE ON {TABLES} TO console",
        )
    ]
