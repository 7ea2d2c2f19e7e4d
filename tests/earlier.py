"""Changes that happened on an earlier day."""

from datetime import UTC, datetime

from django.db import connection

from registry import journal
from registry.models import Change


def happened_on(day, *, hour=12):
    """Say of every change so far, unless dated already, that it was made that day.

    The guards of the journal are off meanwhile: its digests don't fit any more.
    """
    at = datetime.fromisoformat(f"{day}T{hour:02}:00:00+08:00").astimezone(UTC)
    today = datetime.now(UTC).date()
    recent = Change.objects.filter(at__date__gte=today).values_list("pk", flat=True)
    with journal.unlocked(), connection.cursor() as cursor:
        journal.drop(["registry_change__keep_row"])
        for change in list(recent):
            cursor.execute(
                "UPDATE registry_change SET at = %s WHERE id = %s",
                [f"{at:%Y-%m-%d %H:%M:%S}.000000", change],
            )
