"""Files that wait between an import's dry run and the import itself."""

import io
import secrets
import zipfile
from collections.abc import Sequence
from datetime import timedelta
from typing import BinaryIO, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

KEPT = timedelta(days=1)


def new_token() -> str:
    return secrets.token_urlsafe(16)


class UploadQuerySet(models.QuerySet):
    def over(self) -> Self:
        """Those that nobody imported within a day."""
        return self.filter(at__lt=timezone.now() - KEPT)


class Upload(models.Model):
    """What somebody sent to be imported, in the database so that every server has it.

    Deleted when it is imported, or after a day.
    """

    token = models.CharField(primary_key=True, max_length=40, default=new_token)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("by")
    )
    bundle = models.CharField(max_length=40)
    at = models.DateTimeField(_("at"), default=timezone.now)
    packed = models.BinaryField()

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")

    def __str__(self) -> str:
        return f"{self.bundle} {self.at:%Y-%m-%d %H:%M}"

    def pack(self, files: Sequence[tuple[str, BinaryIO]]) -> None:
        """Keep the files, by name."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for number, (name, file) in enumerate(files):
                archive.writestr(f"{number}/{name}", file.read())
        self.packed = packed.getvalue()

    def files(self) -> list[tuple[str, BinaryIO]]:
        """The files as they came: name and content."""
        with zipfile.ZipFile(io.BytesIO(self.packed)) as archive:
            return [
                (name.partition("/")[2], io.BytesIO(archive.read(name)))
                for name in archive.namelist()
            ]
