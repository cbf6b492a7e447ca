"""Invoices lose two columns; their history keeps them."""

from django.db import migrations, models

import audit.retired
from audit.capture import CaptureTable


class Migration(migrations.Migration):

    dependencies = [('billing', '0001_initial')]

    operations = [
        migrations.RemoveField(model_name='invoice', name='currency'),
        migrations.RemoveField(model_name='invoice', name='shelf'),
        migrations.AlterField(
            model_name='historicalinvoice',
            name='currency',
            field=models.CharField(choices=[('won', 'Korean won')], max_length=3, null=True),
        ),
        migrations.AlterField(
            model_name='historicalinvoice',
            name='shelf',
            field=audit.retired.GoneKey(db_column='shelf_id', null=True),
        ),
        migrations.DeleteModel(name='Shelf'),
        CaptureTable(
            'Invoice',
            entity='invoice',
            scope='{row}.scope_id',
            verbs={'paid': ('paid', 'unpaid')},
        ),
    ]
