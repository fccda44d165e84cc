"""Who acts for an employer: filed and confirmed, invited, claimed by code; and how it ends."""

from datetime import date, timedelta
from functools import partial
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import Message, Outgoing, User
from bases import authorities
from bases.authorities import WORKFLOW
from bases.models import Authority, ClaimCode, Employer, EmployerProfile
from bases.moves import move
from jianxi import files
from jianxi.history import acting, timeline
from jianxi.identifiers import make_uscc
from jianxi.tenancy import scope, scopes_disabled
from jianxi.workflow import TransitionRefused
from regions.models import Region
from tests.at_once import at_once
from tests.factories import district, in_region, make_base, make_position
from tests.people import make_authority, make_member, make_office, make_person
from tests.records import at, names_in

pytestmark = pytest.mark.django_db
State = Authority.State
USCC = make_uscc(77)
PHONE = "13700001111"


def to(name, *args, region="chongqing", **query):
    return reverse(f"employer:{name}", args=[region, *args], query=query)


def pdf(name="执照.pdf", content=b"%PDF-1.4 licence"):
    return SimpleUploadedFile(name, content, "application/pdf")


def fresh(row):
    with scopes_disabled():
        return Authority.objects.select_related("profile", "user", "district").get(pk=row.pk)


@pytest.fixture
def person(db):
    with acting("test"):
        return make_person("周经办")


@pytest.fixture
def officers(db):
    with in_region("chongqing"):
        here, elsewhere = make_office("渝中区"), make_office("万州区")
        return {
            "clerk": make_member(here, "clerk"),
            "viewer": make_member(here, "viewer"),
            "elsewhere": make_member(elsewhere, "clerk", "reviewer"),
        }


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def file_for(user, uscc=USCC, name="示例科技公司", where="渝中区"):
    """A filing with both papers, as the person makes it."""
    client = signed_in(user)
    with in_region("chongqing"):
        unit = district(where)
    facts = {"uscc": uscc, "name": name, "district": unit.pk, "person": "周经办"}
    page = client.post(to("filing_new"), facts)["Location"]
    row = fresh(Authority(pk=int(page.rstrip("/").rsplit("/", 1)[1])))
    for paper in ("licence", "letter"):
        client.post(to("paper_upload", row.pk, paper), {"file": pdf(f"{paper}.pdf")})
    return row


def submitted_for(user, **facts):
    row = file_for(user, **facts)
    signed_in(user).post(to("filing_move", row.pk, "submit"))
    return fresh(row)


# --- Filing


def test_a_filing_is_written_submitted_and_confirmed(person, officers):
    row = submitted_for(person)
    assert row.state == State.SUBMITTED
    assert row.due_on > timezone.localdate()
    page = signed_in(person).get(to("filing", row.pk)).content.decode()
    assert f"{row.due_on:%Y-%m-%d}" in page
    assert signed_in(person).get(to("home"))["Location"] == to("filings")

    clerk = signed_in(officers["clerk"])
    work = clerk.get(at("home")).content.decode()
    assert "示例科技公司" in work
    assert f"{row.due_on:%m-%d}" in work
    assert clerk.post(at("authority", row.pk), {"action": "confirm"}).status_code == 302

    row = fresh(row)
    assert (row.state, row.is_owner, row.due_on) == (State.CONFIRMED, True, None)
    assert (row.profile.name, row.profile.contact_name) == ("示例科技公司", "周经办")
    assert Employer.objects.get(uscc=USCC).name == "示例科技公司"
    assert signed_in(person).get(to("home")).status_code == 200
    assert Message.objects.get(user=person).title == "您已成为示例科技公司的经办人"
    assert [sms.recipient for sms in Outgoing.objects.filter(kind="authority")] == [person.phone]


def test_until_confirmed_nothing_is_known_of_the_unit(person, officers):
    submitted_for(person)
    with scopes_disabled():
        assert EmployerProfile.objects.count() == 0
    assert Employer.objects.count() == 0


def test_without_papers_it_cannot_be_submitted_and_says_which_are_missing(person):
    row = file_for(person)
    with scopes_disabled(), acting("test"):
        Authority.objects.filter(pk=row.pk).update(letter=None)
    client = signed_in(person)
    client.post(to("filing_move", row.pk, "submit"))
    assert "还没有上传：授权书。" in client.get(to("filing", row.pk)).content.decode()
    assert fresh(row).state == State.DRAFT


def test_sent_back_it_says_why_and_a_new_clock_begins(person, officers):
    row = submitted_for(person)
    clerk = signed_in(officers["clerk"])
    assert clerk.post(at("authority", row.pk), {"action": "return"}).status_code == 422
    clerk.post(at("authority", row.pk), {"action": "return", "comment": "授权书没有盖章"})
    assert (fresh(row).state, fresh(row).due_on) == (State.RETURNED, None)
    client = signed_in(person)
    assert "授权书没有盖章" in client.get(to("filing", row.pk)).content.decode()
    client.post(to("paper_upload", row.pk, "letter"), {"file": pdf("新授权书.pdf")})
    client.post(to("filing_move", row.pk, "submit"))
    assert (fresh(row).state, fresh(row).letter.name) == (State.SUBMITTED, "新授权书.pdf")
    with scopes_disabled():
        notes = [entry.note for entry in timeline(fresh(row)) if entry.note]
    assert "退回：授权书没有盖章" in notes


def test_turned_down_it_is_over_and_may_be_asked_for_again(person, officers):
    row = submitted_for(person)
    clerk = signed_in(officers["clerk"])
    clerk.post(at("authority", row.pk), {"action": "reject", "comment": "不是本单位人员"})
    assert fresh(row).state == State.REJECTED
    assert signed_in(person).get(to("home")).status_code == 404
    assert submitted_for(person).state == State.SUBMITTED


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"uscc": "91500000MA5U000000"}, "uscc", "统一社会信用代码"),
        ({"uscc": ""}, "uscc", "请填写这一项"),
        ({"name": ""}, "name", "请填写这一项"),
        ({"district": 0}, "district", "请从列出的选项里选"),
        ({"person": "　"}, "person", ""),
    ],
)
def test_a_fault_stands_at_its_field(person, change, field, words):
    with in_region("chongqing"):
        unit = district("渝中区")
    facts = {"uscc": USCC, "name": "甲", "district": unit.pk, "person": "周"} | change
    response = signed_in(person).post(to("filing_new"), facts)
    assert response.status_code == 422
    assert words in str(response.context["form"].errors[field])
    with scopes_disabled():
        assert Authority.objects.count() == 0


def test_a_unit_of_another_region_is_not_offered(person):
    with in_region("changsha"):
        unit = district("岳麓区")
    facts = {"uscc": USCC, "name": "甲公司", "district": unit.pk, "person": "周某"}
    assert signed_in(person).post(to("filing_new"), facts).status_code == 422


def test_the_same_unit_is_not_filed_twice(person):
    file_for(person)
    with in_region("chongqing"):
        unit = district("渝中区")
    facts = {"uscc": USCC, "name": "示例科技公司", "district": unit.pk, "person": "周经办"}
    response = signed_in(person).post(to("filing_new"), facts)
    assert "已经申请过这家单位" in response.content.decode()


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (pdf("执照.pdf", b"MZ\x90\x00 not a pdf"), "不是要求的类型"),
        (pdf("空.pdf", b""), "文件是空的"),
        (pdf("太大.pdf", b"%PDF-1.4" + b"0" * (10 * 1024 * 1024)), "最多 10 MB"),
    ],
)
def test_a_paper_that_is_none_is_refused_in_words(person, file, words):
    row = file_for(person)
    response = signed_in(person).post(to("paper_upload", row.pk, "licence"), {"file": file})
    assert response.status_code == 422
    assert words in response.content.decode()
    assert fresh(row).licence.name == "licence.pdf"


def test_a_photograph_is_taken(person):
    row = file_for(person)
    picture = BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    file = SimpleUploadedFile("照片.jpg", picture.getvalue())
    assert (
        signed_in(person).post(to("paper_upload", row.pk, "licence"), {"file": file}).status_code
        == 302
    )
    assert fresh(row).licence.content_type == "image/png"


def test_once_submitted_nothing_is_changed(person):
    row = submitted_for(person)
    client = signed_in(person)
    assert client.post(to("paper_upload", row.pk, "licence"), {"file": pdf()}).status_code == 404
    assert client.get(to("filing_edit", row.pk)).status_code == 404


# --- Who may see and decide


def test_papers_are_read_by_the_filer_and_by_who_decides_alone(person, officers):
    row = submitted_for(person)
    with acting("test"):
        other = make_person("吴他人")
    own, office = to("paper", row.pk, "licence"), at("authority_paper", row.pk, "licence")
    assert b"".join(signed_in(person).get(own)) == b"%PDF-1.4 licence"
    assert b"".join(signed_in(officers["clerk"]).get(office)) == b"%PDF-1.4 licence"
    assert signed_in(other).get(own).status_code == 404
    assert signed_in(officers["viewer"]).get(office).status_code == 403
    assert signed_in(officers["elsewhere"]).get(office).status_code == 404
    assert signed_in(other).get(office).status_code == 404
    assert Client().get(own)["Location"].startswith("/accounts/login/")
    assert signed_in(officers["clerk"]).get(own).status_code == 404


def test_another_district_sees_nothing_and_decides_nothing(person, officers):
    row = submitted_for(person)
    client = signed_in(officers["elsewhere"])
    assert names_in(client.get(at("authorities"))) == []
    assert "示例科技公司" not in client.get(at("home")).content.decode()
    assert client.post(at("authority", row.pk), {"action": "confirm"}).status_code == 404
    assert fresh(row).state == State.SUBMITTED


def test_who_may_only_look_decides_nothing(person, officers):
    row = submitted_for(person)
    client = signed_in(officers["viewer"])
    page = client.get(at("authority", row.pk)).content.decode()
    assert "licence.pdf" not in page
    assert client.post(at("authority", row.pk), {"action": "confirm"}).status_code == 403


def test_personal_data_is_masked_and_shown_with_a_reason(person, officers):
    row = submitted_for(person)
    client = signed_in(officers["clerk"])
    page = client.get(at("authority", row.pk)).content.decode()
    assert (person.phone in page, "周经办" in page.replace("周经办理", "")) == (False, False)
    reveal = at("reveal", "authority", row.pk, "phone")
    assert person.phone in client.post(reveal, {"reason": "核对授权书"}).content.decode()


def test_a_draft_is_nobodys_business(person, officers):
    row = file_for(person)
    client = signed_in(officers["clerk"])
    assert names_in(client.get(at("authorities"))) == []
    assert client.get(at("authority", row.pk)).status_code == 404


def test_two_officers_deciding_at_once_the_second_is_told(person, officers):
    row = submitted_for(person)
    client = signed_in(officers["clerk"])
    client.post(at("authority", row.pk), {"action": "confirm"})
    answer = client.post(at("authority", row.pk), {"action": "reject", "comment": "材料不符"})
    assert answer.status_code == 422
    assert "现在是“已确认”，不能不予确认。" in answer.content.decode()
    assert fresh(row).state == State.CONFIRMED


# --- The employer's pages


@pytest.fixture
def known(db):
    """A base in 渝中区 with an owner, and another employer with its own."""
    with in_region("chongqing"):
        base, other = make_base("渝中区", name="甲公司"), make_base("渝中区", name="乙公司")
        owner, stranger = make_person("钱负责"), make_person("孙旁人")
        make_authority(owner, base)
        make_authority(stranger, other)
    return {"base": base, "other": other, "owner": owner, "stranger": stranger}


def test_who_acts_for_nobody_finds_no_employer_pages(person, known):
    for name in ("home", "unit", "messages"):
        assert signed_in(person).get(to(name)).status_code == 404
        assert signed_in(known["owner"]).get(to(name, region="ningxia")).status_code == 404
        assert Client().get(to(name))["Location"].startswith("/accounts/login/")


def test_nobody_enters_for_another_employer(known):
    client = signed_in(known["stranger"])
    assert client.get(to("home", unit=known["base"].profile_id)).status_code == 404
    page = client.get(to("unit")).content.decode()
    assert ("乙公司" in page, "甲公司" in page, "钱负责" in page) == (True, False, False)


def test_who_acts_for_several_chooses_and_it_is_remembered(known):
    with in_region("chongqing"):
        make_authority(known["owner"], known["other"], is_owner=False)
    client = signed_in(known["owner"])
    assert client.get(to("home")).context["request"].profile.name == "甲公司"
    client.get(to("home", unit=known["other"].profile_id))
    assert client.get(to("home")).context["request"].profile.name == "乙公司"


def test_staff_are_no_employers(officers):
    assert signed_in(officers["clerk"]).get(to("filings")).status_code == 404
    assert signed_in(officers["clerk"]).get(to("home")).status_code == 404


# --- Inviting and leaving


def invited(known, phone=PHONE) -> Authority:
    signed_in(known["owner"]).post(to("unit"), {"phone": phone})
    with scopes_disabled():
        return Authority.objects.get(user__phone_hash=User.hash_of(phone))


def test_a_colleague_is_invited_by_phone_and_accepts(known):
    row = invited(known)
    assert row.state == State.INVITED
    sms = Outgoing.objects.get(kind="authority")
    assert sms.recipient == PHONE
    assert "甲公司邀请您担任经办人" in sms.text
    client = signed_in(row.user)
    assert client.get(to("home")).status_code == 404
    accepted = client.post(to("filing_move", row.pk, "accept"), {"person": "李同事"})
    assert accepted["Location"] == to("home", unit=known["base"].profile_id)
    assert client.get(to("home")).status_code == 200
    row = fresh(row)
    assert (row.state, row.is_owner, row.user.name) == (State.CONFIRMED, False, "李同事")


def test_an_invitation_tells_the_owner_nothing_of_the_phones_account(known):
    with acting("test"):
        make_person("郑已注册", phone=PHONE)
    row = invited(known)
    page = signed_in(known["owner"]).get(to("unit")).content.decode()
    assert ("郑已注册" in page, PHONE in page, "137****1111" in page) == (False, False, True)
    assert row.state == State.INVITED


def test_an_invitation_runs_out(known):
    row = invited(known)
    with scopes_disabled(), acting("test"):
        Authority.objects.filter(pk=row.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    client = signed_in(row.user)
    client.post(to("filing_move", row.pk, "accept"), {"person": "李同事"})
    assert "邀请已过期" in client.get(to("filing", row.pk)).content.decode()
    assert fresh(row).state == State.INVITED


def test_nobody_accepts_for_another(known):
    row = invited(known)
    client = signed_in(known["stranger"])
    answer = client.post(to("filing_move", row.pk, "accept"), {"person": "孙旁人"})
    assert answer.status_code == 404
    with scope(region=row.region), pytest.raises(PermissionDenied):
        WORKFLOW.move(row, "accept", actor=known["stranger"])


def test_only_an_owner_invites_and_removes(known):
    with in_region("chongqing"):
        helper = make_person("冯帮手")
        make_authority(helper, known["base"], is_owner=False)
        owner = Authority.objects.get(user=known["owner"])
    client = signed_in(helper)
    assert client.post(to("unit"), {"phone": PHONE}).status_code == 404
    assert client.post(to("person", owner.pk, "end")).status_code == 403
    assert fresh(owner).state == State.CONFIRMED
    assert not User.objects.filter(phone_hash=User.hash_of(PHONE)).exists()


def test_an_owner_of_another_employer_ends_nobody_here(known):
    with in_region("chongqing"):
        row = Authority.objects.get(user=known["owner"])
    assert signed_in(known["stranger"]).post(to("person", row.pk, "end")).status_code == 404
    with scope(region=row.region), pytest.raises(PermissionDenied):
        WORKFLOW.move(row, "end", actor=known["stranger"])


def test_who_is_removed_is_out_at_once(known):
    with in_region("chongqing"):
        helper = make_person("冯帮手")
        row = make_authority(helper, known["base"], is_owner=False)
    client = signed_in(helper)
    assert client.get(to("home")).status_code == 200
    signed_in(known["owner"]).post(to("person", row.pk, "end"))
    assert client.get(to("home")).status_code == 404
    assert client.get(to("unit")).status_code == 404
    assert fresh(row).ended_on == timezone.localdate()
    assert Message.objects.get(user=helper).title == "您不再是甲公司的经办人"


def test_the_last_owner_does_not_leave_but_the_district_may_end_it(known, officers):
    with in_region("chongqing"):
        row = Authority.objects.get(user=known["owner"])
    client = signed_in(known["owner"])
    client.post(to("person", row.pk, "end"))
    assert "唯一的负责人" in client.get(to("unit")).content.decode()
    assert fresh(row).state == State.CONFIRMED
    clerk = signed_in(officers["clerk"])
    assert clerk.post(at("authority", row.pk), {"action": "end"}).status_code == 422
    clerk.post(at("authority", row.pk), {"action": "end", "comment": "单位来函变更经办人"})
    assert fresh(row).state == State.ENDED
    told = Message.objects.get(user=known["owner"])
    assert (told.text, told.url) == ("单位来函变更经办人", to("filing", row.pk))
    assert "原因：单位来函变更经办人" in client.get(told.url).content.decode()
    assert client.get(to("home")).status_code == 404


def test_before_it_is_ended_it_says_what_follows(known, officers):
    with in_region("chongqing"):
        row = Authority.objects.get(user=known["owner"])
        make_position(known["base"])
        make_position(known["base"], closed_on=timezone.localdate())
    clerk = signed_in(officers["clerk"])
    page = clerk.get(at("authority", row.pk)).content.decode()
    assert "还有 1 个没有关闭的岗位：岗位仍然公开，报名没有人答复" in page
    with in_region("chongqing"):
        make_authority(make_person("冯帮手"), known["base"], is_owner=False)
    page = clerk.get(at("authority", row.pk)).content.decode()
    assert ("确定停止授权？" in page, "没有经办人了" in page) == (True, False)


def test_with_another_owner_one_may_leave(known):
    with in_region("chongqing"):
        helper = make_person("冯帮手")
        row = make_authority(helper, known["base"], is_owner=False)
        own = Authority.objects.get(user=known["owner"])
    client = signed_in(known["owner"])
    client.post(to("person", row.pk, "own"))
    assert fresh(row).is_owner
    assert client.post(to("person", own.pk, "end"))["Location"] == "/employer/"
    assert client.get(to("home")).status_code == 404


# --- Claiming by a code


def code_for(base, officer) -> str:
    client = signed_in(officer)
    client.post(at("claim_code_new", base.pk))
    return client.get(at("base_accounts", base.pk)).context["code"]


def claim(client, code):
    return client.post(to("claim"), {"code": code, "person": "何认领"})


@pytest.fixture
def ledger_base(db):
    with in_region("chongqing"):
        return make_base("渝中区", name="台账单位")


def test_a_code_of_the_district_lets_the_employer_in_at_once(person, officers, ledger_base):
    code = code_for(ledger_base, officers["clerk"])
    answer = claim(signed_in(person), f" {code.upper()} ")
    assert answer["Location"] == to("home", unit=ledger_base.profile_id)
    assert signed_in(person).get(to("home")).status_code == 200
    with in_region("chongqing"):
        row = Authority.objects.get(user=person)
        assert (row.is_owner, row.profile) == (True, ledger_base.profile)
        assert timeline(row)[0].note == "凭认领码认领"


def test_a_code_is_shown_once_and_kept_nowhere(person, officers, ledger_base):
    client = signed_in(officers["clerk"])
    client.post(at("claim_code_new", ledger_base.pk))
    code = client.get(at("base_accounts", ledger_base.pk)).context["code"]
    assert code
    assert code not in client.get(at("base_accounts", ledger_base.pk)).content.decode()
    with scopes_disabled():
        assert code.encode() not in bytes(ClaimCode.objects.get().digest)


def test_a_code_is_good_once(person, officers, ledger_base):
    code = code_for(ledger_base, officers["clerk"])
    claim(signed_in(person), code)
    with acting("test"):
        other = make_person("吴他人")
    answer = claim(signed_in(other), code)
    assert answer.status_code == 422
    assert "台账单位" not in answer.content.decode()
    assert signed_in(other).get(to("home")).status_code == 404


@pytest.mark.parametrize("spoil", ["revoked", "expired", "wrong", "of another region"])
def test_a_code_that_is_not_good_lets_nobody_in(person, officers, ledger_base, spoil):
    code = code_for(ledger_base, officers["clerk"])
    region = "chongqing"
    with in_region("chongqing"):
        row = ClaimCode.objects.get()
        if spoil == "revoked":
            authorities.revoke_code(row)
        elif spoil == "expired":
            ClaimCode.objects.update(expires_on=timezone.localdate() - timedelta(days=1))
        elif spoil == "wrong":
            code = "aaaa-bbbb-cccc-dddd"
        else:
            region = "changsha"
    answer = signed_in(person).post(to("claim", region=region), {"code": code, "person": "何"})
    assert answer.status_code == 422
    assert "认领码不对，或已用过、已过期、已收回" in answer.content.decode()
    with scopes_disabled():
        assert not Authority.objects.filter(user=person).exists()


def test_guessing_is_stopped_and_then_the_right_code_waits_too(person, officers, ledger_base):
    code = code_for(ledger_base, officers["clerk"])
    client = signed_in(person)
    for _ in range(5):
        claim(client, "aaaa-bbbb-cccc-dddd")
    assert "输错次数过多" in claim(client, code).content.decode()


def test_codes_are_made_and_revoked_by_the_bases_district_alone(officers, ledger_base):
    for who, status in [("viewer", 403), ("elsewhere", 404)]:
        client = signed_in(officers[who])
        assert client.post(at("claim_code_new", ledger_base.pk)).status_code == status
    code_for(ledger_base, officers["clerk"])
    with in_region("chongqing"):
        row = ClaimCode.objects.get()
    url = at("claim_code_revoke", ledger_base.pk, row.pk)
    assert signed_in(officers["viewer"]).post(url).status_code == 403
    assert signed_in(officers["elsewhere"]).post(url).status_code == 404
    assert signed_in(officers["clerk"]).post(url).status_code == 302
    with in_region("chongqing"):
        assert ClaimCode.objects.get().revoked_at


@pytest.mark.django_db(transaction=True)
def test_the_same_code_twice_at_once_lets_one_in():
    with in_region("chongqing"):
        base = make_base("渝中区")
        people = [make_person(f"抢{n}") for n in range(2)]
        code = authorities.make_code(base.profile, make_member(make_office("渝中区"), "clerk"))

    def take(user):
        with in_region("chongqing"):
            return authorities.claim(code, user)

    got = at_once(*[partial(take, user) for user in people])
    assert sorted(row is None for row in got) == [False, True]
    with in_region("chongqing"):
        assert Authority.objects.count() == 1


# --- Districts


def test_who_acts_for_a_base_moves_with_it(known, officers):
    with in_region("chongqing") as region:
        base = known["base"]
        today = timezone.localdate()
        move([base], district("万州区"), date(2026, 3, 1), actor="test", reason="搬迁", today=today)
        row = Authority.objects.get(user=known["owner"])
    assert row.district.name == "万州区"
    assert signed_in(officers["clerk"]).get(at("authority", row.pk)).status_code == 404
    assert signed_in(officers["elsewhere"]).get(at("authority", row.pk)).status_code == 200
    assert region.slug == "chongqing"


# --- Every transition, in every state, by everyone


def test_the_table_of_transitions_holds_for_everyone(known, officers):
    """Who may do what in which state; all else is refused and changes nothing."""
    with in_region("chongqing"):
        owner = Authority.objects.get(user=known["owner"])
        user = make_person("本人")
    actors = {
        "self": user,
        "owner": known["owner"],
        "stranger": known["stranger"],
        **officers,
    }
    allowed = {
        ("submit", "draft", "self"),
        ("submit", "returned", "self"),
        ("confirm", "submitted", "clerk"),
        ("return", "submitted", "clerk"),
        ("reject", "submitted", "clerk"),
        ("accept", "invited", "self"),
        ("own", "confirmed", "owner"),
        *(("withdraw", state, "self") for state in ("draft", "submitted", "returned")),
        *(
            ("end", state, who)
            for state in ("invited", "confirmed")
            for who in ("self", "owner", "clerk")
        ),
    }
    seen = set()
    for state in State.values:
        with in_region("chongqing"):
            row = make_authority(
                user,
                known["base"],
                state=state,
                is_owner=False,
                ended_on=timezone.localdate() if state == "ended" else None,
                due_on=timezone.localdate() if state in ("submitted", "invited") else None,
                licence=_file(),
                letter=_file(),
            )
        for name in WORKFLOW.transitions:
            for who, actor in actors.items():
                with in_region("chongqing"), transaction.atomic():
                    try:
                        WORKFLOW.move(row, name, actor=actor, comment="写明")
                        seen.add((name, state, who))
                    except (PermissionDenied, TransitionRefused):
                        assert fresh(row).state == state
                    transaction.set_rollback(True)
        with in_region("chongqing"):
            Authority.objects.filter(pk=row.pk).delete()
    assert seen == allowed
    assert fresh(owner).state == State.CONFIRMED


def _file():
    region = Region.objects.get(slug="chongqing")
    return files.store(region, BytesIO(b"%PDF-1.4"), name="a.pdf", content_type=files.PDF)
