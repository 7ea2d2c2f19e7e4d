"""The registry's snapshot over REST."""

from programs.snapshot import CONTENTS
from registry.api.snapshot import SnapshotView


class Snapshot(SnapshotView):
    """All that is published, as a Data Package in a ZIP file."""

    contents = CONTENTS
    reads = tuple(CONTENTS.tables)
