from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Failure",
            fields=[
                ("job", models.BigIntegerField(primary_key=True, serialize=False)),
                ("problem", models.CharField(max_length=300)),
            ],
        ),
    ]
