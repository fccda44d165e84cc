from django.db import migrations


class Migration(migrations.Migration):
    """Where a position is became one of its words: all are cut anew, by the next minute's task."""

    dependencies = [("positions", "0001_initial")]

    operations = [
        migrations.RunSQL("UPDATE positions_position SET search = NULL", migrations.RunSQL.noop)
    ]
