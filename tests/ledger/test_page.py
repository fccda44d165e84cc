"""Loading a ledger on a page, as an officer does: check, look, load."""

import zipfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from jianxi import files
from jianxi.history import timeline
from jianxi.ledger import package
from jianxi.models import Job, StoredFile
from portal.views import ledger as views
from tests.factories import in_region
from tests.people import make_member, make_office
from trainees.models import Agreement, Trainee

pytestmark = pytest.mark.django_db


def at(name, *args):
    return reverse(f"office:{name}", args=["chongqing", *args])


@pytest.fixture
def officer(client):
    """An officer of 万州区, signed in."""
    with in_region("chongqing"):
        user = make_member(make_office("万州区"), "clerk", name="王经办")
    client.force_login(user)
    return user


@pytest.fixture
def post(client, officer, django_capture_on_commit_callbacks):
    """Posts, and does at once what follows the commit."""

    def post(url, data=None, **options):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(url, data or {}, **options)

    return post


@pytest.fixture
def upload(post, client):
    """Uploads a ledger and gives the page of what would happen."""

    def upload(content, name="台账.xlsx", **options):
        content = content if isinstance(content, bytes) else content.file().getvalue()
        return post(at("ledger"), {"file": SimpleUploadedFile(name, content)}, **options)

    return upload


def last_job() -> Job:
    with in_region("chongqing"):
        return Job.objects.latest("pk")


def count(model) -> int:
    with in_region("chongqing"):
        return model.objects.count()


def text(response) -> str:
    return response.content.decode()


def test_first_it_is_checked_then_loaded(ledger, upload, post, client, officer):
    ledger.case()
    ledger.activity("黔江区")
    answer = upload(ledger)
    checked = last_job()
    assert (answer.status_code, answer["Location"]) == (302, at("ledger_job", checked.pk))
    page = client.get(answer["Location"])
    assert count(Agreement) == 0
    assert page.context["totals"] == {
        "rows": 5,
        "created": 4,
        "updated": 0,
        "unchanged": 0,
        "refused": 1,
        "hints": 0,
    }
    [line] = page.context["refused"]["lines"]
    assert line["place"] == ("活动", 2)
    assert "这条记录不在您可以导入的区县内" in text(page)
    assert "正式导入 4 行" in text(page)
    answer = post(at("ledger_load", checked.pk))
    assert answer["Location"] == at("ledger_job", last_job().pk)
    assert "已导入，1 行退回" in text(client.get(answer["Location"]))
    with in_region("chongqing"):
        entry = timeline(Trainee.objects.get())[0]
    assert (entry.actor, entry.note) == ("王经办", "导入台账 台账.xlsx")
    assert "这份文件已经开始导入" in text(client.get(at("ledger_job", checked.pk)))


def test_a_second_click_does_not_load_again(ledger, upload, post):
    ledger.case()
    upload(ledger)
    checked = last_job()
    first = post(at("ledger_load", checked.pk))
    second = post(at("ledger_load", checked.pk))
    assert first["Location"] == second["Location"]
    with in_region("chongqing"):
        assert Job.objects.count() == 2


def test_the_annotated_workbook_is_there_to_be_mended(ledger, upload, client):
    ledger.activity("南山区")
    upload(ledger)
    page = client.get(at("ledger_job", last_job().pk))
    response = client.get(page.context["annotated"])
    workbook = load_workbook(BytesIO(b"".join(response.streaming_content)))
    response.close()
    [head, row] = workbook["活动"].iter_rows(values_only=True)
    assert head[-2:] == ("错误", "提示")
    assert row[-2:] == ("所属区县：“南山区”：重庆市没有这个区县", None)


def test_where_nothing_is_to_be_written_nothing_can_be_loaded(ledger, upload, put, client):
    ledger.case()
    put(ledger)
    upload(ledger)
    page = text(client.get(at("ledger_job", last_job().pk)))
    assert "没有需要写入的内容，与已登记的一致" in page
    assert at("ledger_load", last_job().pk) not in page


def test_htmx_is_sent_on_and_gets_the_part_alone(ledger, upload, client):
    ledger.activity()
    answer = upload(ledger, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == at("ledger_job", last_job().pk)
    part = text(client.get(answer["HX-Redirect"], headers={"HX-Request": "true"}))
    assert part.lstrip().startswith('<div id="outcome">')
    assert "hx-get" not in part  # it is over: nothing asks any more


def test_while_it_runs_the_part_asks_for_itself(ledger, client, officer):
    with in_region("chongqing") as region:
        job = Job.objects.create(
            region=region,
            kind="import_ledger",
            owner=officer,
            state="running",
            params={"dry_run": True},
        )
    page = text(client.get(at("ledger_job", job.pk)))
    assert f'hx-get="{at("ledger_job", job.pk)}"' in page
    assert "各工作表" not in page


def test_a_file_that_cannot_be_read_is_told_at_its_field(ledger, upload, monkeypatch):
    ledger.case()
    row = ledger.sheets["见习协议"][0]
    ledger.columns["见习协议"] = [header for header in row if header != "签订日期"]
    zip_of_text = BytesIO()
    with zipfile.ZipFile(zip_of_text, "w") as archive:
        archive.writestr("a.txt", "a")
    for content, words in [
        (b"", "文件是空的。"),
        (b"%PDF-1.7 no", "文件内容不是要求的类型，请核对后重新选择。"),
        (b"PK\x03\x04 no", f"{package.BROKEN}。"),
        (zip_of_text.getvalue(), f"{package.NOT_XLSX}。"),
        (ledger, "工作表“见习协议”缺少这些列：签订日期（表头应在第一行）。"),
    ]:
        answer = upload(content)
        assert (answer.status_code, answer.context["form"].errors["file"]) == (422, [words])
    monkeypatch.setattr(views, "MEGABYTES", 0)
    assert upload(ledger).context["form"].errors["file"] == ["文件有 0.0 MB，最多 0 MB。"]
    with in_region("chongqing"):
        assert (Job.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_of_a_large_file_the_job_says_what_is_wrong(ledger, upload, client, monkeypatch):
    monkeypatch.setattr(views, "LOOKED_INTO", 0)
    ledger.sheets["不是台账"] = [{"a": 1}]
    answer = upload(ledger)
    page = text(client.get(answer["Location"]))
    assert "没有找到台账工作表，工作表应名为：见习基地、见习岗位" in page
    assert last_job().state == "failed"


def test_an_import_is_its_owners_alone(ledger, upload, client, officer):
    ledger.activity("南山区")
    upload(ledger)
    job = last_job()
    addresses = [at("ledger_job", job.pk), at("job", job.pk), at("job_file", job.pk)]
    with in_region("chongqing"):
        colleague = make_member(officer.memberships.get().office_role.office, "clerk")
    client.force_login(colleague)
    assert [client.get(url).status_code for url in addresses] == [404, 404, 404]
    assert client.post(at("ledger_load", job.pk)).status_code == 404
    assert "台账.xlsx" not in text(client.get(at("ledger")))


def test_a_reviewer_may_not_load(client):
    with in_region("chongqing"):
        client.force_login(make_member(make_office("万州区"), "reviewer"))
    assert client.get(at("ledger")).status_code == 403
    assert client.post(at("ledger")).status_code == 403
    assert client.get(at("ledger_template")).status_code == 403


def test_earlier_imports_are_listed_with_what_became_of_them(ledger, upload, client):
    ledger.case()
    ledger.activity("南山区")
    upload(ledger, name="九月.xlsx")
    [line] = client.get(at("ledger")).context["earlier"]
    assert (line["title"], line["what"], line["note"]) == (
        "九月.xlsx",
        "检查",
        "新增 4 行，退回 1 行",
    )


def test_a_file_past_its_time_cannot_be_loaded(ledger, upload, post, client):
    ledger.case()
    upload(ledger)
    with in_region("chongqing"):
        checked = last_job()
        checked.source.delete()
    assert "正式导入" not in text(client.get(at("ledger_job", checked.pk)))
    assert post(at("ledger_load", checked.pk)).status_code == 404


def test_the_template_is_a_download(client, officer):
    response = client.get(at("ledger_template"))
    assert response["Content-Type"] == files.XLSX
    assert "attachment" in response["Content-Disposition"]
    workbook = load_workbook(BytesIO(b"".join(response.streaming_content)))
    assert workbook.sheetnames[0] == "见习基地"


def test_many_faults_are_told_up_to_a_number(ledger, upload, client):
    for _ in range(60):
        ledger.activity("南山区", 活动日期="x")
    upload(ledger)
    page = client.get(at("ledger_job", last_job().pk))
    assert len(page.context["refused"]["lines"]) == 50
    assert "这里只列出前 50 行，全部见批注文件。" in text(page)
