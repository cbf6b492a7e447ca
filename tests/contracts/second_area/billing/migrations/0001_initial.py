"""The table of invoices, tracked."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
import simple_history.models
from django.db import migrations, models

import backoffice.entities.search_key
from audit.capture import CaptureTable


class Migration(migrations.Migration):

    initial = True

    dependencies = [('audit', '0001_initial'), ('articles', '0002_capture')]

    operations = [
        migrations.CreateModel(
            name='Shelf',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
        ),
        migrations.CreateModel(
            name='HistoricalInvoice',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, verbose_name='ID')),
                ('event_id', models.BigIntegerField()),
                ('event_at', models.DateTimeField()),
                ('verb', models.CharField(max_length=24)),
                ('changed_fields', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=63), default=list, size=None)),
                ('event_scope', models.BigIntegerField(null=True)),
                ('event_area', models.BigIntegerField(null=True)),
                ('number', models.CharField(max_length=40)),
                ('note', models.TextField(blank=True, db_default='', max_length=2000)),
                ('paid', models.BooleanField(db_default=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('history_user_id', models.BigIntegerField(null=True)),
                ('history_id', models.BigIntegerField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('currency', models.CharField(choices=[('won', 'Korean won')], db_default='won', max_length=3)),
                ('shelf', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='billing.shelf')),
                ('scope', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='articles.channel')),
            ],
            options={
                'verbose_name': 'historical invoice',
                'verbose_name_plural': 'historical invoices',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
                'indexes': [models.Index(fields=['id', '-history_date', '-history_id'], name='billing_his_id_52e0e6_idx'), models.Index(fields=['event_id', 'history_id'], name='billing_his_event_i_cb5f90_idx')],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Invoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=40)),
                ('note', models.TextField(blank=True, db_default='', max_length=2000)),
                ('paid', models.BooleanField(db_default=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('currency', models.CharField(choices=[('won', 'Korean won')], db_default='won', max_length=3)),
                ('shelf', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='billing.shelf')),
                ('search_key', models.GeneratedField(db_persist=True, expression=backoffice.entities.search_key.SearchKey(models.F('number'), models.F('note')), output_field=models.TextField())),
                ('scope', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.channel')),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass('search_key', name='gin_trgm_ops'), name='invoice_search'), models.Index(fields=['number', 'id'], name='invoice_number'), models.Index(fields=['-created_at', '-id'], name='invoice_created')],
                'constraints': [models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('note'), models.Value(2000)), name='invoice_note_limit', violation_error_message='note holds at most 2,000 characters.')],
            },
        ),
        CaptureTable(
            'Invoice',
            entity='invoice',
            scope='{row}.scope_id',
            verbs={'paid': ('paid', 'unpaid')},
        ),
    ]
