"""Private files: stored under a random key, served only by the view of what they belong to."""

import hashlib
from datetime import timedelta

import puremagic
from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.http import FileResponse
from django.utils import timezone

from jianxi.models import StoredFile
from jianxi.tenancy import scopes_disabled

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"
IMAGES = {"image/jpeg", "image/png"}
MEGABYTE = 1024 * 1024


def sniff(file) -> str:
    """The media type by what the file begins with; its name is not believed."""
    file.seek(0)
    head = file.read(4096)
    file.seek(0)
    if head.startswith(b"PK\x03\x04"):
        return XLSX
    try:
        return puremagic.from_string(head, mime=True)
    except puremagic.PureError:
        return "application/octet-stream"


def check(file, *, types: set[str], megabytes: int) -> str:
    """The type of an uploaded file; raises ValidationError with words for its field."""
    if file.size > megabytes * MEGABYTE:
        raise ValidationError(f"文件有 {file.size / MEGABYTE:.1f} MB，最多 {megabytes} MB。")
    if file.size == 0:
        raise ValidationError("文件是空的。")
    kind = sniff(file)
    if kind not in types:
        raise ValidationError("文件内容不是要求的类型，请核对后重新选择。")
    return kind


def store(region, file, *, name, content_type, owner=None, keep_days=None) -> StoredFile:
    """Keep a file; `file` is open for reading in binary. Within the caller's transaction."""
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while chunk := file.read(MEGABYTE):
        digest.update(chunk)
        size += len(chunk)
    file.seek(0)
    stored = StoredFile(
        region=region,
        name=name[-200:],
        content_type=content_type,
        size=size,
        sha256=digest.hexdigest(),
        created_by=owner,
        expires_at=timezone.now() + timedelta(days=keep_days) if keep_days else None,
    )
    storages["private"].save(path_of(stored), file)
    stored.save()
    return stored


def path_of(stored: StoredFile) -> str:
    return f"{stored.region_id}/{stored.key.hex[:2]}/{stored.key.hex}"


def open_stored(stored: StoredFile):
    return storages["private"].open(path_of(stored), "rb")


def respond(stored: StoredFile, *, inline: bool = False) -> FileResponse:
    """The file as a download; the calling view has checked the right. `inline`: shown in the page,
    for what was made here, never for what was uploaded."""
    response = FileResponse(
        open_stored(stored),
        as_attachment=not inline,
        filename=stored.name,
        content_type=stored.content_type,
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def remove_expired(now) -> int:
    """Delete files past their time, in all regions; returns how many."""
    with scopes_disabled():
        expired = list(StoredFile.objects.filter(expires_at__lt=now))
        for stored in expired:
            storages["private"].delete(path_of(stored))
            stored.delete()
    return len(expired)
