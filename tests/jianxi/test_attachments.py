"""Files of a case: what is taken, what is refused with words, and what a thumbnail holds."""

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict
from PIL import Image

from bases.models import ApplicationPaper, BaseApplication
from jianxi import files
from jianxi.attachments import PIXELS, AttachmentForm, papers, remove, thumbnail
from jianxi.history import acting
from jianxi.models import StoredFile
from tests.factories import district, in_region, make_base

pytestmark = pytest.mark.django_db
SECRET = b"GPS 29.5630 106.5516"


def picture(kind="JPEG", size=(1200, 800), color=(30, 90, 160), **more) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, color).save(out, kind, **more)
    return out.getvalue()


def upload(content: bytes, name="现场.jpg"):
    return SimpleUploadedFile(name, content, "text/html")  # what it says it is, is not believed


@pytest.fixture
def case():
    with in_region("chongqing") as region:
        base = make_base("渝中区")
        yield BaseApplication.objects.create(
            region=region, profile=base.profile, district=district("渝中区")
        )


def form_for(case, *sent, kind="site"):
    data = MultiValueDict({"files": list(sent)})
    return AttachmentForm({"kind": kind}, data, rows=case.papers)


def faults(form) -> str:
    assert not form.is_valid()
    return " ".join(said for errors in form.errors.values() for said in errors)


def shown(case, **more):
    return papers(
        case.papers, view="employer:base_paper", args=["chongqing", case.pk], editable=True, **more
    )


def test_pictures_and_papers_are_kept_with_their_thumbnails(case):
    form = form_for(case, upload(picture()), upload(b"%PDF-1.7 ...", "说明.pdf"))
    assert form.is_valid(), form.errors
    first, second = form.save(None)
    assert (first.kind, first.file.content_type, second.file.content_type) == (
        "site",
        "image/jpeg",
        files.PDF,
    )
    assert second.thumbnail is None
    with files.open_stored(first.thumbnail) as file, Image.open(file) as small:
        assert (small.format, small.size) == ("JPEG", (320, 213))


def test_a_thumbnail_is_drawn_anew(case):
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = SECRET.decode(), 6  # a description; taken with the phone upright
    content = picture(exif=exif, size=(400, 200))
    assert SECRET in content
    small = thumbnail(BytesIO(content)).getvalue()
    assert SECRET not in small
    assert Image.open(BytesIO(small)).size == (160, 320)


def test_a_transparent_picture_stands_on_white():
    out = BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(out, "PNG")
    with Image.open(thumbnail(out)) as small:
        assert small.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "文件是空的"),
        (b"<script>alert(1)</script>", "不是要求的类型"),
        (b"PK\x03\x04", "不是要求的类型"),
        (picture()[:900], "图片打不开"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 60, "图片打不开"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 60, "图片打不开"),
    ],
    ids=["empty", "html", "zip", "cut off", "no png", "no jpeg"],
)
def test_what_cannot_be_taken_is_told(case, content, said):
    assert said in faults(form_for(case, upload(content)))
    assert (case.papers.count(), StoredFile.objects.count()) == (0, 0)


def test_of_several_the_good_ones_are_kept_and_the_others_named(case):
    form = form_for(
        case, upload(b"%PDF-1.7", "好.pdf"), upload(b"<html>", "坏.pdf"), upload(b"", "空.pdf")
    )
    assert form.is_valid()
    form.save(None)
    assert [row.file.name for row in case.papers.select_related("file")] == ["好.pdf"]
    (slot,) = [slot for slot in shown(case, form=form).slots if slot.fault]
    assert ("“坏.pdf”没有上传" in slot.fault, "另外 1 个已上传" in slot.fault) == (True, True)
    assert [paper.name for paper in slot.papers] == ["好.pdf"]


def test_a_picture_that_would_fill_the_memory_is_not_opened():
    side = int(PIXELS["PNG"] ** 0.5) + 1
    bomb = BytesIO()
    Image.new("1", (side, side)).save(bomb, "PNG")
    assert len(bomb.getvalue()) < 100_000
    with pytest.raises(ValidationError, match="尺寸太大"):
        thumbnail(bomb)


def test_one_that_is_too_large_is_told_with_its_size(case, monkeypatch):
    monkeypatch.setattr("jianxi.attachments.MEGABYTES", 0)
    assert "最多 0 MB" in faults(form_for(case, upload(picture())))


def test_a_kind_has_room_for_so_many(case):
    for _ in range(ApplicationPaper.MOST - 1):
        form = form_for(case, upload(b"%PDF-1.7"))
        assert form.is_valid()
        form.save(None)
    assert "还能传 1 个" in faults(form_for(case, upload(b"%PDF"), upload(b"%PDF")))
    last = form_for(case, upload(b"%PDF-1.7"))
    assert last.is_valid()
    last.save(None)
    assert "已经传满了" in faults(form_for(case, upload(b"%PDF")))
    assert form_for(case, upload(b"%PDF"), kind="plan").is_valid()
    full = next(slot for slot in shown(case).slots if slot.kind == "site")
    assert (len(full.papers), full.has_room) == (6, False)


@pytest.mark.parametrize("kind", ["", "x", "\0", "site\0"])
def test_a_kind_that_is_none_is_refused(case, kind):
    assert faults(form_for(case, upload(b"%PDF"), kind=kind))


def test_a_fault_stands_at_its_kind(case):
    form = form_for(case, upload(b"nothing"), kind="plan")
    form.is_valid()
    told = {slot.kind: slot.fault for slot in shown(case, form=form).slots if slot.fault}
    assert told == {"plan": "“现场.jpg”没有上传：文件内容不是要求的类型，请核对后重新选择。"}


def test_what_is_removed_leaves_with_the_next_housekeeping(case):
    form = form_for(case, upload(picture()))
    assert form.is_valid()
    (paper,) = form.save(None)
    stored = [paper.file, paper.thumbnail]
    with acting("test"):
        remove(paper)
    assert case.papers.count() == 0
    assert files.remove_expired(stored[0].created_at.replace(year=2100)) == 2
    for one in stored:
        with pytest.raises(FileNotFoundError):
            files.open_stored(one)
