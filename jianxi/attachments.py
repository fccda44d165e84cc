"""Files that belong to a case: sniffed, bounded, with a thumbnail where they are pictures.

Each kind of attachment is a table of its own that says what it belongs to, so that the right to
see the file is the right to see that row. A side has three addresses for them, beside each other:

    base_paper          GET, with ?thumbnail the picture: `serve`
    base_paper_upload   POST, the case's row locked: `AttachmentForm(…, rows=row.papers).save(user)`;
                        where some files were `refused` the page is answered with 200 and the form
    base_paper_remove   POST, the case's row locked: `remove`

and draws them with `papers(row.papers, …)` and templates/parts/attachments.html.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from PIL import Image, ImageOps

from jianxi import files
from jianxi.models import StoredFile
from jianxi.tenancy import TenantModel

MEGABYTES = 10
AT_ONCE = 10  # files of one upload
ENDINGS = {files.PDF: [".pdf"], "image/jpeg": [".jpg", ".jpeg"], "image/png": [".png"]}
PIXELS = {"JPEG": 60_000_000, "PNG": 20_000_000}  # what a phone takes; more is not decoded
THUMBNAIL = (320, 320)


class Attachment(TenantModel):
    """`thumbnail`: a small picture of `file`, None for what is no picture.

    `TYPES`: what may be uploaded. `MOST`: files of one kind that a case may have.
    """

    TYPES = {files.PDF, *files.IMAGES}
    MOST = 6

    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    thumbnail = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True

    def __str__(self):
        return self.file.name


# --- Uploading


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files of these types; gives [(file, its media type, thumbnail or None)]. Where some
    are good they are taken, and `refused` tells of the others."""

    widget = FilesInput

    def __init__(self, *, types: Collection[str], **kwargs):
        super().__init__(**kwargs)
        self.types = types
        self.refused: list[str] = []

    def clean(self, data, initial=None):
        sent = data if isinstance(data, list) else [data]
        if len(sent) > AT_ONCE:
            raise ValidationError(f"一次最多选 {AT_ONCE} 个文件。")
        good = []
        for one in sent or [None]:
            try:
                good.append(self._one(super().clean(one)))
            except ValidationError as fault:
                self.refused += fault.messages
        if not good:
            raise ValidationError(self.refused)
        return good

    def _one(self, file):
        try:
            kind = files.check(file, types=self.types, megabytes=MEGABYTES)
            return file, kind, thumbnail(file) if kind in files.IMAGES else None
        except ValidationError as fault:
            raise ValidationError(f"“{file.name}”没有上传：{fault.message}") from None


class AttachmentForm(forms.Form):
    """Files of one kind for a case. `rows`: what it has (the manager of its attachments); the
    caller has locked the case's row, so that the count holds."""

    kind = forms.CharField(required=False)

    def __init__(self, *args, rows, **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = rows
        self.fields["files"] = FilesField(
            types=rows.model.TYPES,
            label="文件",
            error_messages={"required": "请选择文件。", "empty": "文件是空的。"},
        )
        if _has_kinds(rows.model):
            choices = rows.model._meta.get_field("kind").choices
            self.fields["kind"] = forms.ChoiceField(choices=choices)

    def clean(self):
        cleaned = super().clean()
        if {"kind", "files"} <= cleaned.keys():
            room = self.rows.model.MOST - self.rows.filter(**self._of()).count()
            if len(cleaned["files"]) > room:
                said = f"还能传 {room} 个" if room > 0 else "已经传满了，请先删除不用的"
                self.add_error("files", f"每项材料最多 {self.rows.model.MOST} 个文件，{said}。")
        return cleaned

    @property
    def refused(self) -> str:
        """Of an upload that went through in part: what was not taken, and why."""
        said = [] if self.errors else self.fields["files"].refused
        taken = f"另外 {len(self.cleaned_data['files'])} 个已上传。" if said else ""
        return " ".join([*said, taken]).strip()

    def save(self, owner) -> list[Attachment]:
        return [
            attach(self.rows, file, kind, small, owner=owner, **self._of())
            for file, kind, small in self.cleaned_data["files"]
        ]

    def _of(self) -> dict:
        kind = self.cleaned_data["kind"]
        return {"kind": kind} if _has_kinds(self.rows.model) else {}


def _has_kinds(model) -> bool:
    return any(column.name == "kind" for column in model._meta.fields)


def attach(rows, file, content_type: str, small=None, *, owner, **facts) -> Attachment:
    """Store a checked file, and its thumbnail, among a case's `rows` (a related manager)."""
    region = rows.instance.region

    def store(what, name, kind):
        return files.store(region, what, name=name, content_type=kind, owner=owner)

    return rows.create(
        region=region,
        file=store(file, file.name, content_type),
        thumbnail=small and store(small, f"{file.name[:190]}.jpg", "image/jpeg"),
        **facts,
    )


def thumbnail(file) -> BytesIO:
    """A small JPEG drawn anew, so that nothing of the file itself is in it. Raises ValidationError
    for what is no whole picture, or too large a one to be opened."""
    file.seek(0)
    try:
        with Image.open(file, formats=["JPEG", "PNG"]) as picture:
            if picture.width * picture.height > PIXELS[picture.format]:
                raise ValidationError("图片的尺寸太大，请缩小后再传。")
            picture.thumbnail(THUMBNAIL)  # a JPEG is not decoded at its full size for it
            small = ImageOps.exif_transpose(picture).convert("RGBA")
    except ValidationError:
        raise
    except Exception:  # what a decoder stumbles over comes in many classes
        raise ValidationError("图片打不开，可能没有传完整，请重新选择。") from None
    finally:
        file.seek(0)
    drawn = Image.new("RGB", small.size, "white")
    drawn.paste(small, mask=small)
    out = BytesIO()
    drawn.save(out, "JPEG", quality=80)
    out.seek(0)
    return out


def remove(attachment: Attachment):
    """Take it from its case; the files are deleted by the next round of housekeeping."""
    kept = [one for one in (attachment.file, attachment.thumbnail) if one]
    attachment.delete()
    for stored in kept:
        stored.expires_at = timezone.now()
        stored.save(update_fields=["expires_at"])


# --- Showing


def serve(request, attachment: Attachment):
    """The file as a download, or with ?thumbnail its small picture; the view has checked the
    right to the case. Raises Http404 for a thumbnail of what is no picture."""
    if "thumbnail" not in request.GET:
        return files.respond(attachment.file)
    if attachment.thumbnail is None:
        raise Http404
    return files.respond(attachment.thumbnail, inline=True)


@dataclass(frozen=True)
class Paper:
    name: str
    size: int
    url: str
    thumbnail_url: str
    remove_url: str


@dataclass(frozen=True)
class Slot:
    """The papers of one kind. `fault`: why the last upload was refused."""

    kind: str
    label: str
    hint: str
    needed: bool
    papers: list[Paper]
    has_room: bool
    fault: str


@dataclass(frozen=True)
class Papers:
    """As templates/parts/attachments.html draws them. `upload_url`: "" where nothing may change."""

    slots: list[Slot]
    upload_url: str
    accept: str
    limits: str


def papers(
    rows,
    *,
    view: str,
    args: Sequence,
    editable: bool = False,
    kinds: Collection[str] = (),
    needed: Collection[str] = (),
    hints: Mapping[str, str] = {},
    form: AttachmentForm | None = None,
) -> Papers:
    """A case's attachments by kind; one statement. `view`: the name of the address that serves one
    ("employer:base_paper"), after `args`. `kinds`: those asked for (all, in their order, unless
    said otherwise); where nothing may change, what has no file is shown only if `needed`. `form`:
    an upload that was refused, or in part."""
    model = rows.model
    choices = dict(model._meta.get_field("kind").flatchoices) if _has_kinds(model) else {"": "照片"}
    found = {}
    for row in rows.select_related("file", "thumbnail"):
        found.setdefault(getattr(row, "kind", ""), []).append(_paper(row, view, args, editable))
    refused = (form.data.get("kind", ""), _fault(form)) if form else None
    slots = [
        Slot(
            kind=kind,
            label=label,
            hint=hints.get(kind, ""),
            needed=kind in needed,
            papers=found.get(kind, []),
            has_room=len(found.get(kind, [])) < model.MOST,
            fault=refused[1] if refused and refused[0] == kind else "",
        )
        for kind, label in choices.items()
        if kind in found or (kind in needed) or (editable and (not kinds or kind in kinds))
    ]
    names = "、".join(
        ending[1:].upper()
        for kind in ENDINGS
        if kind in model.TYPES
        for ending in ENDINGS[kind][:1]
    )
    return Papers(
        slots,
        reverse(f"{view}_upload", args=args) if editable else "",
        ",".join(ending for kind in ENDINGS if kind in model.TYPES for ending in ENDINGS[kind]),
        f"{names}，每个文件最大 {MEGABYTES} MB；每项最多 {model.MOST} 个。",
    )


def _paper(row: Attachment, view, args, editable) -> Paper:
    here = [*args, row.pk]
    url = reverse(view, args=here)
    return Paper(
        row.file.name,
        row.file.size,
        url,
        f"{url}?thumbnail" if row.thumbnail_id else "",
        reverse(f"{view}_remove", args=here) if editable else "",
    )


def _fault(form: AttachmentForm) -> str:
    return form.refused or " ".join(said for name in form.errors for said in form.errors[name])
