"""Events and effects, which 0001 made in SQL, as the models that read them. Changes no table."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0002_seals'),
    ]

    operations = [
        migrations.CreateModel(
            name='Effect',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('event_id', models.BigIntegerField()),
                ('occurred_at', models.DateTimeField()),
                ('entity', models.CharField(max_length=40)),
                ('verb', models.CharField(max_length=24)),
                ('fields', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=63), default=list, size=None)),
                ('scope', models.BigIntegerField(null=True)),
                ('area', models.BigIntegerField(null=True)),
                ('count', models.IntegerField()),
                ('record_id', models.BigIntegerField(null=True)),
            ],
            options={
                'db_table': 'audit_effect',
                'ordering': ('-occurred_at', '-event_id'),
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('occurred_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('name', models.CharField(max_length=64)),
                ('kind', models.CharField(choices=[('change', 'change'), ('read', 'read'), ('access', 'access')], max_length=8)),
                ('outcome', models.CharField(choices=[('succeeded', 'succeeded'), ('denied', 'denied'), ('failed', 'failed'), ('conflict', 'conflict'), ('previewed', 'previewed'), ('requested', 'requested'), ('cancelled', 'cancelled'), ('partial', 'partial')], max_length=10)),
                ('actor_kind', models.CharField(choices=[('staff', 'staff'), ('member', 'member'), ('token', 'API token'), ('script', 'script'), ('service', 'service'), ('role', 'database role')], max_length=8)),
                ('actor_id', models.CharField(max_length=64)),
                ('actor_label', models.CharField(max_length=200)),
                ('approver_id', models.CharField(max_length=64)),
                ('approver_label', models.CharField(max_length=200)),
                ('reason', models.CharField(max_length=1000)),
                ('ticket', models.CharField(max_length=64)),
                ('detail', models.CharField(max_length=1000)),
                ('params', models.JSONField(default=dict)),
                ('target_count', models.IntegerField(default=0)),
                ('entity', models.CharField(max_length=40)),
                ('record_id', models.CharField(max_length=64)),
                ('scope', models.BigIntegerField(null=True)),
                ('parent_id', models.BigIntegerField(null=True)),
                ('tool', models.CharField(max_length=100)),
                ('request_id', models.CharField(max_length=64)),
                ('database_role', models.CharField(max_length=63)),
                ('set_role', models.CharField(max_length=63)),
                ('application', models.CharField(max_length=64)),
                ('client_address', models.GenericIPAddressField(null=True)),
                ('transaction_id', models.BigIntegerField()),
                ('flags', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None)),
            ],
            options={
                'db_table': 'audit_event',
                'ordering': ('-occurred_at', '-id'),
                'managed': False,
            },
        ),
    ]
