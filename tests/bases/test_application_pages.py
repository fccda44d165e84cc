"""The employer files to become a base, the district visits and decides, anybody checks the
certificate: the pages."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from bases import certificates, recognition
from bases.models import Authority, Base, BaseApplication, Visit
from jianxi.models import StoredFile
from tests.bases.applications import (
    SOUND,
    State,
    add_paper,
    at,
    inside,
    make_application,
    make_visit,
    now,
    picture,
    signed_in,
    text,
)
from tests.factories import make_base

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def typed(**changes):
    facts = {name: str(value) for name, value in SOUND.items()}
    return facts | changes


def photo(name="现场.jpg"):
    return SimpleUploadedFile(name, picture())


def content_of(response) -> bytes:
    return b"".join(response.streaming_content)


# --- Filing


def test_from_the_first_word_to_the_certificate(changsha):
    client = signed_in(changsha.employer)
    home = text(client.get(at(changsha, "home")))
    assert "申报见习基地" in home
    begun = client.post(at(changsha, "base_application_new"), follow=True)
    with inside(changsha):
        row = BaseApplication.objects.get()
    assert begun.redirect_chain[-1][0] == at(changsha, "base_filing_edit", row.pk)
    page = text(begun)
    assert "还要上传 2 份材料" in page
    saved = client.post(at(changsha, "base_filing_save", row.pk), typed(version=""))
    assert (saved.status_code, "已自动保存" in text(saved)) == (200, True)
    for kind in ("licence", "insured"):
        sent = {"kind": kind, "files": photo()}
        answer = client.post(at(changsha, "base_paper_upload", row.pk), sent)
        assert answer["Location"] == at(changsha, "base_filing_edit", row.pk)
    submitted = client.post(at(changsha, "base_filing_edit", row.pk), typed(submit="1"))
    assert submitted["Location"] == at(changsha, "base_filing", row.pk)
    assert "岳麓区办理中" in text(client.get(at(changsha, "home")))

    officer = signed_in(changsha.clerk)
    assert "甲软件公司" in text(officer.get(at(changsha, "home", side="office")))
    url = at(changsha, "base_application", row.pk, side="office")
    assert "长人社规〔2024〕4号二（七）" in text(officer.get(url))
    decided = officer.post(url, {"action": "recognise"})
    assert decided["Location"] == at(changsha, "base_applications", side="office")
    with inside(changsha):
        base = Base.objects.get()

    hub = text(client.get(at(changsha, "base_application")))
    assert "打印认定证书" in hub
    sheet = text(client.get(at(changsha, "base_certificate")))
    assert certificates.number_of(base) in sheet
    code = certificates.code_of(base)
    assert f"http://testserver/changsha/certificates/{code}/" in sheet
    assert "在册" in text(Client().get(at(changsha, "certificate", code, side="public")))


def test_what_is_typed_is_kept_and_what_cannot_be_is_told(changsha):
    with inside(changsha):
        row = recognition.begin(changsha.profile, changsha.here)
    client = signed_in(changsha.employer)
    sent = typed(founded_on="2099-01-01", insured="很多", contact_phone="12", places_a_year="0")
    answer = client.post(at(changsha, "base_filing_save", row.pk), sent)
    assert answer.status_code == 202
    kept = now(row)
    assert (kept.introduction, kept.mentors) == (SOUND["introduction"], SOUND["mentors"])
    assert (kept.founded_on, kept.insured, kept.contact_phone, kept.places_a_year) == (
        None,
        None,
        "",
        None,
    )
    page = client.post(at(changsha, "base_filing_edit", row.pk), sent | {"submit": "1"})
    assert (page.status_code, now(row).state) == (422, State.DRAFT)
    assert 'value="很多"' in text(page)


@pytest.mark.parametrize(
    "sent",
    [
        {"insured": "9" * 30, "places_a_year": "9" * 30},
        {"mentors": "\0", "industry": "\u202e", "contact_phone": "\0"},
        {"founded_on": "0000-99-99", "insured_as_of": "昨天"},
        {"employer_kind": "x" * 200, "relaxed_as": "没有这一类", "industry": "长" * 500},
        {"version": "9" * 40},
        {},
    ],
)
def test_bad_input_is_told_and_stores_nothing(changsha, sent):
    with inside(changsha):
        row = recognition.begin(changsha.profile, changsha.here)
    client = signed_in(changsha.employer)
    for name in ("base_filing_save", "base_filing_edit"):
        answer = client.post(at(changsha, name, row.pk), sent | {"submit": "1"})
        assert answer.status_code in (200, 202, 422)
    kept = now(row)
    assert (kept.state, kept.insured, kept.mentors, kept.founded_on) == ("draft", None, "", None)


def test_who_belongs_to_no_named_kind_is_not_asked_for_it(world):
    with inside(world):
        row = recognition.begin(world.profile, world.here)
    page = text(signed_in(world.employer).get(at(world, "base_filing_edit", row.pk)))
    assert 'name="relaxed_as"' not in page  # its documents relax nothing
    assert 'name="key_enterprise"' in page


def test_a_submitted_one_is_changed_only_after_it_was_taken_back(changsha):
    with inside(changsha):
        row = make_application(changsha.profile, changsha.here)
        paper = add_paper(row, "other")
    client = signed_in(changsha.employer)
    edit = at(changsha, "base_filing_edit", row.pk)
    assert client.post(edit, typed(industry="别的"))["Location"] == at(
        changsha, "base_filing", row.pk
    )
    assert client.post(at(changsha, "base_filing_save", row.pk), typed()).status_code == 409
    sent = {"kind": "other", "files": photo()}
    assert client.post(at(changsha, "base_paper_upload", row.pk), sent).status_code == 400
    assert client.post(at(changsha, "base_paper_remove", row.pk, paper.pk)).status_code == 400
    assert client.post(at(changsha, "base_filing_discard", row.pk)).status_code == 400
    assert (now(row).industry, now(paper).pk) == (SOUND["industry"], paper.pk)
    assert client.post(at(changsha, "base_filing_withdraw", row.pk))["Location"] == edit
    client.post(edit, typed(industry="别的"))
    assert (now(row).industry, now(row).state) == ("别的", State.DRAFT)
    again = client.post(at(changsha, "base_filing_withdraw", row.pk))
    assert (again.status_code, "不能撤回修改" in text(again)) == (422, True)


def test_a_draft_is_given_up_with_its_papers(changsha):
    with inside(changsha):
        row = make_application(changsha.profile, changsha.here, State.DRAFT)
    client = signed_in(changsha.employer)
    assert client.post(at(changsha, "base_filing_discard", row.pk)).status_code == 302
    with inside(changsha):
        assert BaseApplication.objects.count() == 0
        assert StoredFile.objects.filter(expires_at=None).count() == 0


def test_a_refused_upload_is_told_at_its_place(changsha):
    with inside(changsha):
        row = recognition.begin(changsha.profile, changsha.here)
    client, url = signed_in(changsha.employer), at(changsha, "base_paper_upload", row.pk)
    sent = {"kind": "plan", "files": SimpleUploadedFile("a.pdf", b"<html>")}
    answer = client.post(url, sent)
    page = text(answer)
    assert answer.status_code == 422
    assert (
        page.index('id="paper-plan"')
        < page.index("文件内容不是要求的类型")
        < page.index('id="paper-mentors"')
    )
    for bad in ({}, {"kind": "plan"}, {"kind": "没有", "files": photo()}):
        assert client.post(url, bad).status_code == 422
    with inside(changsha):
        assert row.papers.count() == 0


def test_the_districts_words_stand_where_they_are_mended(changsha):
    with inside(changsha):
        row = make_application(changsha.profile, changsha.here)
        recognition.COURSE.move(row, "return", actor=changsha.clerk, comment="请写明带教老师")
    client = signed_in(changsha.employer)
    for name in ("base_filing", "base_filing_edit"):
        assert "请写明带教老师" in text(client.get(at(changsha, name, row.pk)))
    assert "区县退回修改" in text(client.get(at(changsha, "home")))


def test_a_base_near_its_end_is_offered_a_renewal(changsha):
    with inside(changsha):
        base = make_base(changsha.here)
        Base.objects.filter(pk=base.pk).update(
            profile=changsha.profile, valid_until=TODAY + timedelta(days=60)
        )
    client = signed_in(changsha.employer)
    assert "申请续认" in text(client.get(at(changsha, "home")))
    assert "申请续认" in text(client.get(at(changsha, "base_application")))
    with inside(changsha):
        Base.objects.update(valid_until=TODAY + timedelta(days=300))
    assert "申请续认" not in text(client.get(at(changsha, "home")))
    page = client.post(at(changsha, "base_application_new"), follow=True)
    assert "到期前 90 天起可以申请续认" in text(page)


# --- Deciding


def file_three(world):
    with inside(world):
        rows = []
        for n in (3, 1, 2):
            profile = make_base(world.there).profile
            profile.name = f"单{n}公司"
            profile.save()
            Base.objects.filter(profile=profile).update(exited_on=date(2024, 2, 1))
            due = TODAY + timedelta(days=n)
            rows.append(make_application(profile, world.here, due_on=due))
        make_application(world.other, world.there)
        make_application(world.profile, world.here, State.DRAFT)
    return rows


def test_applications_wait_in_the_order_they_are_due(changsha):
    file_three(changsha)
    page = text(signed_in(changsha.clerk).get(at(changsha, "base_applications", side="office")))
    places = [page.index(f"单{n}公司") for n in (1, 2, 3)]
    assert places == sorted(places)
    assert ("乙制造公司" in page, "甲软件公司" in page) == (False, False)


def test_the_next_one_opens_by_itself(changsha):
    third, first, second = file_three(changsha)
    client = signed_in(changsha.clerk)

    def decide(row, action, comment=""):
        url = at(changsha, "base_application", row.pk, side="office")
        return client.post(url, {"action": action, "comment": comment})["Location"]

    page = at(changsha, "base_application", second.pk, side="office")
    assert decide(first, "recognise") == page
    assert decide(second, "return", "改") == at(
        changsha, "base_application", third.pk, side="office"
    )
    assert decide(third, "reject", "不符") == at(changsha, "base_applications", side="office")
    for tab, name in (("recognised", "单1"), ("returned", "单2"), ("rejected", "单3")):
        listed = client.get(at(changsha, "base_applications", side="office", tab=tab))
        assert [str(row) for row in listed.context["listing"].rows] == [f"{name}公司"], tab


def test_people_are_masked_and_papers_are_for_who_decides(changsha):
    with inside(changsha):
        row = make_application(changsha.profile, changsha.here)
        paper = add_paper(row, "site", picture(), "张三工位.jpg", "image/jpeg")
    url = at(changsha, "base_application", row.pk, side="office")
    seen = text(signed_in(changsha.clerk).get(url))
    assert ("13812345678" in seen, "王大山" in seen, "张三工位" in seen) == (False, False, True)
    viewer = signed_in(changsha.viewer)
    assert "张三工位" not in text(viewer.get(url))
    file = at(changsha, "base_paper", row.pk, paper.pk, side="office")
    assert viewer.get(file).status_code == 403
    assert viewer.post(url, {"action": "recognise"}).status_code == 403


def test_what_is_no_decision_is_not_found(changsha):
    with inside(changsha):
        row = make_application(changsha.profile, changsha.here)
    client = signed_in(changsha.clerk)
    url = at(changsha, "base_application", row.pk, side="office")
    for action in ("", "dance", "withdraw", "visit", "submit"):
        assert client.post(url, {"action": action}).status_code == 404, action
    for comment in ("", " ", "\0"):
        answer = client.post(url, {"action": "return", "comment": comment})
        assert answer.status_code == 422, comment
    assert now(row).state == State.SUBMITTED
    assert client.get(at(changsha, "base_applications", side="office", tab="x")).status_code == 404


def test_what_is_decided_is_not_checked_again(world):
    with inside(world):
        row = make_application(world.profile, world.here)
        make_visit(row, world.clerk)
    case = at(world, "base_application", row.pk, side="office")
    client = signed_in(world.clerk)
    client.post(case, {"action": "recognise"})
    page = text(client.get(case))
    assert ("已办结，不再重新核验" in page, "单位还不是见习基地" in page) == (True, False)


# --- The visit

SEEN = {
    "visited_on": str(TODAY),
    "place": "示例大道1号",
    "people": "张三、李四",
    "premises": "工位充足",
    "business": "经营正常",
    "need": "测试五人",
    "finding": "suitable",
}


def test_a_visit_is_recorded_with_its_photographs(world):
    with inside(world):
        row = make_application(world.profile, world.here)
    client = signed_in(world.clerk)
    url = at(world, "base_visit_new", row.pk, side="office")
    assert "15 个工作日内完成" in text(client.get(url))
    answer = client.post(url, SEEN)
    with inside(world):
        visit = Visit.objects.get()
    page = at(world, "base_visit", row.pk, visit.pk, side="office")
    assert answer["Location"] == page
    upload = at(world, "base_photo_upload", row.pk, visit.pk, side="office")
    assert client.post(upload, {"files": [photo(), photo("二.jpg")]})["Location"] == page
    pdf = client.post(upload, {"files": SimpleUploadedFile("a.pdf", b"%PDF-1.7")})
    assert (pdf.status_code, "不是要求的类型" in text(pdf)) == (422, True)
    mixed = [photo("三.jpg"), SimpleUploadedFile("b.pdf", b"%PDF-1.7")]
    told = text(client.post(upload, {"files": mixed}))
    assert ("“b.pdf”没有上传" in told, "三.jpg" in told) == (True, True)
    with inside(world):
        first, second, third = visit.photos.all()
    assert third.file.name == "三.jpg"
    thumbnail = client.get(at(world, "base_photo", row.pk, visit.pk, first.pk, side="office"))
    assert (thumbnail["Content-Type"], content_of(thumbnail)[:2]) == ("image/jpeg", b"\xff\xd8")
    remove = at(world, "base_photo_remove", row.pk, visit.pk, second.pk, side="office")
    assert client.post(remove)["Location"] == page
    case = text(client.get(at(world, "base_application", row.pk, side="office")))
    assert ("工位充足" in case, "已考察，待认定" in case) == (True, True)
    told = text(signed_in(world.employer).get(at(world, "base_filing", row.pk)))
    assert ("实地考察" in told, "工位充足" in told) == (True, False)
    with inside(world):
        recognition.COURSE.move(now(row), "reject", actor=world.clerk, comment="不符")
    assert client.post(upload, {"files": photo()}).status_code == 400
    assert client.post(url, SEEN).status_code == 422


def test_the_last_visit_is_put_right_by_who_recorded_it_until_the_decision(world):
    with inside(world):
        row = make_application(
            world.profile, world.here, submitted_at=timezone.now() - timedelta(days=9)
        )
        wrong = Visit(**SEEN | {"visited_on": TODAY - timedelta(days=5)})
        recognition.COURSE.move(row, "visit", actor=world.clerk, visit=wrong)
        due_on = now(row).due_on
    page = at(world, "base_visit_edit", row.pk, wrong.pk, side="office")
    assert page in text(
        signed_in(world.clerk).get(at(world, "base_application", row.pk, side="office"))
    )
    early = signed_in(world.clerk).post(page, SEEN | {"visited_on": "2020-01-01"})
    assert (early.status_code, now(wrong).visited_on) == (422, TODAY - timedelta(days=5))
    signed_in(world.root).post(page, SEEN | {"place": "别处"})
    assert now(wrong).place == SEEN["place"]  # it is another's word
    signed_in(world.clerk).post(page, SEEN)
    assert (now(wrong).visited_on, now(row).due_on > due_on) == (TODAY, True)
    with inside(world):
        recognition.COURSE.move(now(row), "reject", actor=world.clerk, comment="不符")
    assert signed_in(world.clerk).post(page, SEEN | {"place": "别处"}).status_code == 400
    assert now(wrong).place == SEEN["place"]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"visited_on": str(TODAY + timedelta(days=1))}, "不能晚于今天"),
        ({"visited_on": str(TODAY - timedelta(days=1))}, "不能早于提交申报那天"),
        ({"visited_on": "昨天"}, "没有这一天，或者写法不对"),
        ({"place": ""}, "请填写这一项"),
        ({"people": "张" * 300}, "200"),
        ({"premises": "\0"}, "字符"),
        ({"finding": "perhaps"}, "请从列出的选项里选"),
    ],
)
def test_a_visit_that_cannot_be_is_told_at_its_field(world, sent, said):
    with inside(world):
        row = make_application(world.profile, world.here)
    answer = signed_in(world.clerk).post(
        at(world, "base_visit_new", row.pk, side="office"), SEEN | sent
    )
    assert (answer.status_code, now(row).state) == (422, State.SUBMITTED)
    assert "经营正常" in text(answer)  # nothing typed is lost
    (fault,) = answer.context["form"].errors.values()
    assert said in fault[0]


# --- Files


def test_files_and_thumbnails_are_for_their_case_alone(changsha):
    with inside(changsha):
        row = make_application(changsha.profile, changsha.here)
        paper = add_paper(row, "site", picture(), "工位.jpg", "image/jpeg")
        mine = make_application(changsha.other, changsha.there)
        visit = make_visit(mine, changsha.clerk)
    client = signed_in(changsha.employer)
    url = at(changsha, "base_paper", row.pk, paper.pk)
    served = client.get(url)
    assert served["Content-Disposition"].startswith("attachment")
    assert (served["Cache-Control"], content_of(served)) == ("private, no-store", picture())
    # a copied link, a guessed number, a paper looked for in another's case
    stranger = signed_in(changsha.stranger)
    for copied in (url, f"{url}?thumbnail"):
        assert stranger.get(copied).status_code == 404
        assert Client().get(copied).status_code == 302
    assert stranger.get(at(changsha, "base_paper", mine.pk, paper.pk)).status_code == 404
    office = at(changsha, "base_paper", row.pk, paper.pk, side="office")
    assert signed_in(changsha.elsewhere).get(office).status_code == 404
    photos = at(changsha, "base_visit", row.pk, visit.pk, side="office")
    assert signed_in(changsha.clerk).get(photos).status_code == 404
    # after the right is gone
    with inside(changsha):
        Authority.objects.filter(user=changsha.employer).update(
            state=Authority.State.ENDED, ended_on=TODAY
        )
    for gone in (url, f"{url}?thumbnail"):
        assert client.get(gone).status_code == 404


def test_a_thumbnail_is_shown_in_the_page_and_a_paper_has_none(changsha):
    with inside(changsha):
        row = make_application(changsha.profile, changsha.here, State.DRAFT)
    client = signed_in(changsha.employer)
    sent = {"kind": "site", "files": [photo()]}
    client.post(at(changsha, "base_paper_upload", row.pk), sent)
    with inside(changsha):
        shown, plain = row.papers.get(kind="site"), row.papers.get(kind="licence")
    url = at(changsha, "base_paper", row.pk, shown.pk) + "?thumbnail"
    assert f'src="{url}"' in text(client.get(at(changsha, "base_filing_edit", row.pk)))
    served = client.get(url)
    assert served["Content-Disposition"].startswith("inline")
    assert content_of(served)[:2] == b"\xff\xd8"
    missing = at(changsha, "base_paper", row.pk, plain.pk) + "?thumbnail"
    assert client.get(missing).status_code == 404


# --- Certificates


def certified(world, **facts):
    base = make_base(world.here, name="甲软件公司", **facts)
    Base.objects.filter(pk=base.pk).update(profile=world.profile)
    return now(base)


def test_a_certificate_is_confirmed_by_its_code_alone(changsha):
    with inside(changsha):
        base = certified(changsha, valid_until=TODAY + timedelta(days=9))
        code = certificates.code_of(base)
    page = Client().get(at(changsha, "certificate", code, side="public"))
    assert (page.status_code, certificates.number_of(base) in text(page)) == (200, True)
    assert "13812345678" not in text(page)
    qr = Client().get(at(changsha, "certificate_qr", code, side="public"))
    assert (qr["Content-Type"], b"<script" in qr.content) == ("image/svg+xml", False)
    other = f"{base.pk + 1}{code[code.index('-') :]}"
    for wrong in (code[:-1], code + "a", str(base.pk), "-", "1-" + "a" * 24, "9" * 30, other):
        for name in ("certificate", "certificate_qr"):
            assert Client().get(at(changsha, name, wrong, side="public")).status_code == 404
    elsewhere = f"/chongqing/certificates/{code}/"
    assert Client().get(elsewhere).status_code == 404


@pytest.mark.parametrize(
    "facts",
    [
        {"valid_until": TODAY - timedelta(days=1)},
        {"exited_on": TODAY, "exit_reason": "考核不合格"},
    ],
)
def test_one_that_ended_is_told_so_and_printed_no_more(changsha, facts):
    with inside(changsha):
        base = certified(changsha, **facts)
        code = certificates.code_of(base)
    page = text(Client().get(at(changsha, "certificate", code, side="public")))
    assert ("证书已失效" in page, "考核不合格" in page) == (True, False)
    client = signed_in(changsha.employer)
    assert client.get(at(changsha, "base_certificate")).status_code == 404
    office = at(changsha, "base_certificate", base.pk, side="office")
    assert signed_in(changsha.clerk).get(office).status_code == 404
