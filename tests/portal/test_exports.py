"""Exports: what a list shows under a filter, as xlsx for whoever asked."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from types import SimpleNamespace

import pytest
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from jianxi.exports import cell, write
from jianxi.jobs import Progress
from jianxi.lists import Column
from jianxi.models import Job, StoredFile
from tests.factories import (
    district,
    in_region,
    make_activity,
    make_agreement,
    make_base,
    make_payment,
    make_position,
)
from tests.records import ID_NUMBER, at, known_trainee, sign_in

pytestmark = pytest.mark.django_db


def export(client, name, region="chongqing", *, commit, **filters):
    """Ask for an export and fetch it: the sheet's rows as tuples, and the job."""
    with commit(execute=True):
        asked = client.post(at("exports", name, region=region, **filters))
    assert asked.status_code == 302
    with in_region(region):
        job = Job.objects.latest("pk")
    assert asked.url == at("job", job.pk, region=region)
    assert job.state == "done", job.message
    answer = client.get(at("job_file", job.pk, region=region))
    assert answer.status_code == 200
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    return list(book.active.iter_rows()), job


def test_a_list_prints_on_a4_landscape_one_page_wide_with_its_head_on_each_page():
    file = BytesIO()
    columns = [
        Column("单位名称", "name"),
        Column("已完成推荐参评国家级示范基地（家）", "n", numeric=True),
    ]
    rows = [SimpleNamespace(name=f"单位{n}", n=n) for n in range(3)]
    assert write(file, "甲&乙", columns, rows) == 3
    sheet = load_workbook(file).active
    setup = sheet.page_setup
    assert (setup.orientation, setup.paperSize, setup.fitToWidth, setup.fitToHeight) == (
        "landscape",
        9,
        1,
        0,
    )
    assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.print_title_rows) == (True, "$1:$1")
    assert (sheet.oddHeader.center.text, sheet.row_dimensions[1].height) == ("甲&&乙", 32)
    assert sheet.column_dimensions["C"].width == 20  # its label takes two lines
    assert [[cell.value for cell in row] for row in sheet.iter_rows(4)] == [[3, "单位2", 2]]


def as_dicts(rows):
    head = [cell.value for cell in rows[0]]
    return [dict(zip(head, row)) for row in rows[1:]]


def test_values_keep_their_types(client, django_capture_on_commit_callbacks):
    with in_region("chongqing"):
        make_payment(
            make_base("渝中区", name="甲公司"), number="BT-1", amount="2100.50", note="三月"
        )
    sign_in(client, "渝中区")
    rows, job = export(client, "payments", commit=django_capture_on_commit_callbacks)
    [payment] = as_dicts(rows)
    assert payment["序号"].value == 1
    assert payment["单位名称"].value == "甲公司"
    assert (payment["金额（元）"].value, payment["金额（元）"].number_format) == (
        2100.5,
        "#,##0.00",
    )
    assert payment["拨付日期"].value.date() == date(2026, 3, 10)
    assert payment["拨付日期"].number_format == "yyyy-mm-dd"
    assert payment["摘要"].value == "三月"
    assert job.result == {"导出行数": 1}


@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("http://x")', "+1", "-1", "@SUM(1)"])
def test_what_begins_like_a_formula_is_text(client, django_capture_on_commit_callbacks, text):
    with in_region("chongqing"):
        make_activity("渝中区", number="HD-1", title=text)
    sign_in(client, "渝中区")
    rows, _ = export(client, "activities", commit=django_capture_on_commit_callbacks)
    title = as_dicts(rows)[0]["活动名称"]
    assert (title.data_type, title.value, title.quotePrefix) == ("s", text, True)


def test_personal_data_is_masked(client, django_capture_on_commit_callbacks):
    with in_region("chongqing") as region:
        youth = known_trainee(
            region,
            phone="13812341234",
            home_district=district("渝中区"),
            bank_card="6222020200011234567",
        )
        make_agreement(make_position(make_base("渝中区")), youth, mentor="王大山")
    sign_in(client, "渝中区")
    for name in ("trainees", "agreements"):
        rows, _ = export(client, name, commit=django_capture_on_commit_callbacks)
        text = "|".join(str(cell.value) for row in rows for cell in row)
        assert "何**" in text
        for hidden in (
            "何小雨",
            ID_NUMBER,
            "13812341234",
            "6222020200011234567",
            "王大山",
            "2003-05-01",
        ):
            assert hidden not in text, (name, hidden)


def test_what_is_filtered_is_exported_in_the_lists_order(
    client, django_capture_on_commit_callbacks
):
    with in_region("chongqing"):
        for day in (2, 9, 5):
            make_activity(
                "渝中区", number=f"HD-{day}", held_on=date(2026, 3, day), kind="policy_talk"
            )
        make_activity("渝中区", number="HD-0", kind="online_matching")
        make_activity("万州区", number="不可外泄", kind="policy_talk")
    sign_in(client, "渝中区")
    rows, _ = export(
        client, "activities", kind="policy_talk", commit=django_capture_on_commit_callbacks
    )
    assert [row["活动编号"].value for row in as_dicts(rows)] == ["HD-9", "HD-5", "HD-2"]


def test_every_list_can_be_exported_empty(client, django_capture_on_commit_callbacks):
    sign_in(client, "渝中区")
    for name in ("bases", "positions", "trainees", "agreements", "payments", "activities"):
        rows, _ = export(client, name, commit=django_capture_on_commit_callbacks)
        assert len(rows) == 1


def test_only_its_owner_sees_and_fetches_an_export(client, django_capture_on_commit_callbacks):
    owner = sign_in(client, "渝中区")
    _, job = export(client, "activities", commit=django_capture_on_commit_callbacks)
    assert [row["url"] for row in client.get(at("jobs")).context["jobs"]] == [at("job", job.pk)]
    sign_in(client, "渝中区", "clerk", "admin")
    for name in ("job", "job_file"):
        assert client.get(at(name, job.pk)).status_code == 404
    assert client.get(at("jobs")).context["jobs"] == []
    sign_in(client, "兴庆区", region="ningxia")
    assert client.get(at("job_file", job.pk, region="ningxia")).status_code == 404
    with in_region("chongqing"):
        assert Job.objects.get(pk=job.pk).output.created_by == owner


def test_a_file_past_its_time_is_not_given_out(client, django_capture_on_commit_callbacks):
    sign_in(client, "渝中区")
    _, job = export(client, "activities", commit=django_capture_on_commit_callbacks)
    with in_region("chongqing"):
        kept = job.output.expires_at - timezone.now()
        assert timedelta(days=6, hours=23) < kept <= timedelta(days=7)
        StoredFile.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(at("job_file", job.pk)).status_code == 404
    assert "文件已过保留期" in client.get(at("job", job.pk)).text


def test_who_may_not_export_is_offered_none_and_gets_none(client):
    sign_in(client, "渝中区", "viewer")
    assert "导出" not in client.get(at("activities")).text
    assert client.post(at("exports", "activities")).status_code == 403


def test_bad_requests_start_nothing(client):
    with in_region("chongqing"):
        make_activity("渝中区")
    sign_in(client, "渝中区")
    assert client.post(at("exports", "users")).status_code == 404
    assert client.post(at("exports", "activities", held_since="x")).status_code == 400
    assert client.get(at("exports", "activities")).status_code == 302
    with in_region("chongqing"):
        assert not Job.objects.exists()


def test_rights_are_asked_again_when_the_job_runs(client, django_capture_on_commit_callbacks):
    """As when a member leaves between asking and running."""
    with in_region("chongqing"):
        make_activity("渝中区", number="不可外泄")
    user = sign_in(client, "渝中区")
    with django_capture_on_commit_callbacks() as callbacks:
        client.post(at("exports", "activities"))
    with in_region("chongqing"):
        user.memberships.update(ended_on=date(2026, 1, 1))
    for callback in callbacks:
        callback()
    with in_region("chongqing"):
        job = Job.objects.latest("pk")
        assert (job.state, job.result) == ("done", {"导出行数": 0})


def test_a_job_tells_how_far_it_is(client):
    user = sign_in(client, "渝中区")
    with in_region("chongqing") as region:
        job = Job.objects.create(region=region, kind="export_records", owner=user, state="running")
    Progress(job.pk)(500, 1200)
    page = client.get(at("job", job.pk))
    assert "<progress" in page.text
    part = client.get(at("job", job.pk), headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert (part.context["job"]["done"], part.context["job"]["total"]) == (500, 1200)


def test_amounts_are_exact_to_the_cent():
    sheet = Workbook(write_only=True).create_sheet()
    assert cell(sheet, Decimal("123456789012.34")).value == Decimal("123456789012.34")
