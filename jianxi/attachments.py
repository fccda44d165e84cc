"""Files that belong to a case: sniffed, bounded, with a thumbnail where they are pictures.

Each kind of attachment is a table of its own that says what it belongs to, so that the right to
see the file is the right to see that row; the view of the row serves it (`jianxi.files.respond`).
"""

from django.db import models

from jianxi.models import StoredFile
from jianxi.tenancy import TenantModel


class Attachment(TenantModel):
    """`thumbnail`: a small picture of `file`, None for what is no picture."""

    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    thumbnail = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True

    def __str__(self):
        return self.file.name
