"""Staff act in another role for a while, and are found by name and address."""

import django.contrib.postgres.indexes
from django.db import migrations, models

import backoffice.entities.search_key
from audit.capture import CaptureTable


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_least_privilege'),
        ('audit', '0008_seal_horizon'),
    ]

    operations = [
        migrations.AddField(
            model_name='historicalstaff',
            name='elevated_role',
            field=models.CharField(blank=True, choices=[('none', 'no access'), ('viewer', 'viewer'), ('operator', 'operator'), ('admin', 'administrator'), ('auditor', 'auditor'), ('developer', 'developer')], db_default='', default='', max_length=20, verbose_name='elevated to'),
        ),
        migrations.AddField(
            model_name='historicalstaff',
            name='elevated_until',
            field=models.DateTimeField(blank=True, null=True, verbose_name='elevated until'),
        ),
        migrations.AddField(
            model_name='staff',
            name='elevated_role',
            field=models.CharField(blank=True, choices=[('none', 'no access'), ('viewer', 'viewer'), ('operator', 'operator'), ('admin', 'administrator'), ('auditor', 'auditor'), ('developer', 'developer')], db_default='', default='', max_length=20, verbose_name='elevated to'),
        ),
        migrations.AddField(
            model_name='staff',
            name='elevated_until',
            field=models.DateTimeField(blank=True, null=True, verbose_name='elevated until'),
        ),
        migrations.AddField(
            model_name='staff',
            name='search_key',
            field=models.GeneratedField(db_persist=True, expression=backoffice.entities.search_key.SearchKey(models.F('name'), models.F('email')), output_field=models.TextField()),
        ),
        migrations.AddIndex(
            model_name='staff',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass('search_key', name='gin_trgm_ops'), name='staff_search'),
        ),
        migrations.AddIndex(
            model_name='staff',
            index=models.Index(fields=['name', 'id'], name='staff_name'),
        ),
        migrations.AddIndex(
            model_name='staff',
            index=models.Index(fields=['-date_joined', '-id'], name='staff_joined'),
        ),
        migrations.AddConstraint(
            model_name='staff',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('elevated_role', ''), ('elevated_until__isnull', True)), models.Q(('elevated_role__in', ['viewer', 'operator', 'admin', 'auditor', 'developer']), ('elevated_until__isnull', False)), _connector='OR'), name='accounts_staff_elevation_whole'),
        ),
        CaptureTable(
            "Staff",
            entity="staff",
            verbs={
                "is_active": ("enabled", "disabled"),
                "elevated_until": ("elevated", "stepped_down"),
            },
        ),
    ]
