"""Drawing up, signing, filing and printing agreements, on the pages of all three sides."""

import re
from copy import deepcopy
from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts import codes
from accounts.models import Outgoing, Reveal
from jianxi.tenancy import scope
from tests.people import make_person
from tests.positions.conftest import inside
from tests.trainees.contracts import State, make_contract, make_scene, make_youth, take_in, terms
from trainees import contracts
from trainees.contract_text import digest
from trainees.models import Agreement, Contract

pytestmark = pytest.mark.django_db
TERMS = {name: str(value) for name, value in terms(timezone.localdate()).items()}


@pytest.fixture(scope="module")
def shared_scene(shared_db):
    return make_scene()


@pytest.fixture
def scene(shared_scene, db):
    return deepcopy(shared_scene)


def made(scene, state=State.DRAFT, **facts):
    with inside(scene):
        return make_contract(take_in(scene.trainee, scene.base), state, by=scene.employer, **facts)


def come(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def own(name, *args):
    return reverse(f"employer:{name}", args=["chongqing", *args])


def mine(name, *args):
    return reverse(f"me:{name}", args=["chongqing", *args])


def office(name, *args):
    return reverse(f"office:{name}", args=["chongqing", *args])


def now(contract) -> Contract:
    with scope(region=contract.region):
        return Contract.objects.select_related("agreement").get(pk=contract.pk)


def sent(user) -> str:
    """The newest code sent to the user's phone."""
    row = next(row for row in Outgoing.objects.filter(kind="code") if row.recipient == user.phone)
    return re.search(r"\d{6}", row.text).group()


def sign(client, url, user, code=None):
    """Read, ask for a code, type it."""
    page = client.get(url).context["signature"]
    asked = client.post(url, {"hash": page.digest, "read": "on"})
    assert asked.status_code == 302
    return client.post(url, {"hash": page.digest, "code": code or sent(user)})


# --- Drawing up


def test_from_the_list_an_agreement_is_begun_once(scene):
    with inside(scene):
        application = take_in(scene.trainee, scene.base)
    client = come(scene.employer)
    assert "何小雨" in client.get(own("contracts")).content.decode()
    for _ in range(2):
        answer = client.post(own("contract_new", application.pk))
    with inside(scene):
        contract = Contract.objects.get()
    assert answer["Location"] == own("contract", contract.pk)
    assert client.get(answer["Location"])["Location"] == own("contract_edit", contract.pk)


def test_what_is_typed_is_kept_and_what_cannot_be_is_told(scene):
    contract, client = made(scene), come(scene.employer)
    page = client.get(own("contract_edit", contract.pk))
    with inside(scene):
        version = page.context["draft"].version
    start = timezone.localdate() + timedelta(days=10)
    changes = {"hours": "上午 9 点到 5 点", "planned_start": str(start), "allowance": "很多"}
    answer = client.post(own("contract_save", contract.pk), TERMS | changes | {"version": version})
    assert answer.status_code == 202
    kept = now(contract)
    assert (kept.hours, kept.planned_start, str(kept.allowance)) == (
        "上午 9 点到 5 点",
        start,
        "2400.00",
    )


@pytest.mark.parametrize(
    "typed",
    [
        {"planned_start": "2099-01-01"},
        {"planned_end": "1999-01-01"},
        {"planned_start": str(timezone.localdate() + timedelta(days=400))},
        {"planned_end": str(timezone.localdate())},
        {"allowance": "99999999999999999999"},
        {"mentor": "\0"},
        {"duties": "一" * 5000},
    ],
)
def test_bad_input_is_told_at_its_field_and_not_kept(scene, typed):
    contract, client = made(scene), come(scene.employer)
    before = {name: getattr(now(contract), name) for name in typed}
    answer = client.post(own("contract_edit", contract.pk), TERMS | typed | {"submit": "1"})
    assert answer.status_code == 422
    assert set(typed) <= set(answer.context["form"].errors)
    assert {name: getattr(now(contract), name) for name in typed} == before


def test_a_signed_one_is_not_changed_from_an_old_window(scene):
    contract, client = made(scene, State.EMPLOYER_SIGNED), come(scene.employer)
    changed = TERMS | {"hours": "通宵"}
    assert client.post(own("contract_save", contract.pk), changed).status_code == 409
    assert client.post(own("contract_edit", contract.pk), changed).status_code == 302
    assert now(contract).hours == "每天 8 小时"


# --- Signing


def test_who_asked_for_a_code_lands_where_it_is_typed_in(scene):
    contract = made(scene, State.EMPLOYER_SIGNED)
    youth, url = come(scene.youth), mine("contract", contract.pk)
    answer = youth.post(url, {"hash": digest(contract.text), "read": "on"})
    assert answer["Location"] == f"{url}#sign"
    page = youth.get(url).content.decode()
    part = page[page.index('id="sign"') :]
    assert re.search(r'<input[^>]*name="code"[^>]*data-focus', part)
    assert (
        part.index('role="status"') < part.index("验证码已发到您的手机") < part.index('name="code"')
    )


def test_both_read_and_sign_and_the_district_files(scene):
    contract = made(scene)
    employer, youth, clerk = come(scene.employer), come(scene.youth), come(scene.clerk)
    answer = employer.post(own("contract_edit", contract.pk), TERMS | {"submit": "1"})
    assert answer["Location"] == own("contract_sign", contract.pk)
    page = employer.get(answer["Location"]).content.decode()
    assert "何小雨" in page
    assert scene.trainee.document_number in page
    assert sign(employer, own("contract_sign", contract.pk), scene.employer).status_code == 302
    row = now(contract)
    assert (row.state, row.text_hash) == (State.EMPLOYER_SIGNED, digest(row.text))

    page = youth.get(mine("contract", contract.pk)).content.decode()
    assert all(line in page for line in row.text.split("\n"))
    assert sign(youth, mine("contract", contract.pk), scene.youth).status_code == 302
    row = now(contract)
    assert (row.state, row.agreement.signed_on) == (State.SIGNED, timezone.localdate())

    answer = clerk.post(office("contract", contract.pk), {"action": "file"})
    assert answer["Location"] == office("contracts")
    assert now(contract).state == State.FILED


def test_a_wrong_code_is_told_at_its_field_and_the_last_one_ends_it(scene):
    contract, client = made(scene, State.EMPLOYER_SIGNED), come(scene.youth)
    url = mine("contract", contract.pk)
    answer = sign(client, url, scene.youth, "wrong")
    assert answer.status_code == 422
    assert answer.context["signature"].form.errors == {"code": [codes.WRONG]}
    seal = answer.context["signature"].digest
    right = sent(scene.youth)
    for _ in range(codes.ATTEMPTS):
        answer = client.post(url, {"hash": seal, "code": "wrong"})
    assert answer.context["signature"].fault == codes.SPENT
    assert client.post(url, {"hash": seal, "code": right}).status_code == 422
    assert now(contract).state == State.EMPLOYER_SIGNED


def test_nobody_signs_what_was_not_read(scene):
    contract, client = made(scene, State.EMPLOYER_SIGNED), come(scene.youth)
    url = mine("contract", contract.pk)
    seal = client.get(url).context["signature"].digest
    answer = client.post(url, {"hash": seal})
    assert (answer.status_code, bool(answer.context["signature"].form.errors)) == (422, True)
    answer = client.post(url, {"hash": "0" * 64, "read": "on"})
    assert "有改动" in answer.context["signature"].fault
    assert not Outgoing.objects.filter(kind="code").exists()


def test_a_text_that_changed_after_the_code_was_sent_is_not_signed(scene):
    contract, client = made(scene), come(scene.employer)
    url = own("contract_sign", contract.pk)
    seal = client.get(url).context["signature"].digest
    client.post(url, {"hash": seal, "read": "on"})
    with inside(scene):
        Contract.objects.filter(pk=contract.pk).update(allowance=Decimal("2500.00"))
    answer = client.post(url, {"hash": seal, "code": sent(scene.employer)})
    assert (answer.status_code, now(contract).state) == (422, State.DRAFT)
    assert "有改动" in answer.context["signature"].fault


def test_the_employer_takes_it_back_while_the_youth_has_it_open(scene):
    contract = made(scene, State.EMPLOYER_SIGNED)
    employer, youth = come(scene.employer), come(scene.youth)
    url = mine("contract", contract.pk)
    seal = youth.get(url).context["signature"].digest
    youth.post(url, {"hash": seal, "read": "on"})
    employer.post(own("contract_act", contract.pk), {"action": "take_back"})
    answer = youth.post(url, {"hash": seal, "code": sent(scene.youth)})
    assert answer.status_code == 404  # a draft is the employer's alone
    assert now(contract).state == State.DRAFT


def test_either_side_steps_back_with_a_reason(scene):
    for user, url, data in [
        (scene.employer, lambda pk: own("contract_act", pk), {"action": "give_up"}),
        (scene.youth, lambda pk: mine("contract_give_up", pk), {}),
    ]:
        contract, client = made(scene, State.EMPLOYER_SIGNED), come(user)
        assert client.post(url(contract.pk), data).status_code == 422
        answer = client.post(url(contract.pk), data | {"comment": "另有安排"})
        assert (answer.status_code, now(contract).state) == (302, State.CANCELLED)
        shown = come(scene.employer).get(own("contract", contract.pk)).content.decode()
        assert not any(
            personal in shown
            for personal in ("何小雨", scene.trainee.document_number, scene.trainee.phone)
        )
        assert come(scene.employer).get(own("contract_print", contract.pk)).status_code == 404


# --- The district


def test_the_district_sends_back_with_a_comment_and_both_see_it(scene):
    contract, clerk = made(scene, State.SIGNED), come(scene.clerk)
    url = office("contract", contract.pk)
    assert clerk.post(url, {"action": "return"}).status_code == 422
    assert clerk.post(url, {"action": "return", "comment": "写到门牌"}).status_code == 302
    for user, page in [
        (scene.employer, own("contract_edit", contract.pk)),
        (scene.youth, mine("contract", contract.pk)),
    ]:
        shown = come(user).get(page)
        assert "写到门牌" in shown.content.decode()
    with inside(scene):
        assert Agreement.objects.get().ended_on is None


def test_the_district_reads_nothing_personal_without_a_reason(scene):
    contract, clerk = made(scene, State.SIGNED), come(scene.clerk)
    page = clerk.get(office("contract", contract.pk)).content.decode()
    number = scene.trainee.document_number
    assert "何小雨" not in page
    assert number not in page
    url = office("contract_print", contract.pk)
    assert number not in clerk.get(url).content.decode()
    assert clerk.post(url, {"reason": "\0"}).status_code == 422
    with inside(scene):
        assert Reveal.objects.count() == 0
    assert number in clerk.post(url, {"reason": "核对备案"}).content.decode()
    with inside(scene):
        assert Reveal.objects.get().column == "text"
    assert come(scene.viewer).get(url).status_code == 403


# --- Print, papers, preparation


def test_both_sides_print_what_they_signed(scene):
    contract = made(scene, State.FILED)
    for user, url in [
        (scene.employer, own("contract_print", contract.pk)),
        (scene.youth, mine("contract_print", contract.pk)),
    ]:
        page = come(user).get(url).content.decode()
        assert contract.text_hash in page
        assert contract.agreement.number in page
        assert scene.employer.phone not in page


def status(client, url) -> int:
    """Of a file, which is read."""
    response = client.get(url)
    if response.streaming:
        b"".join(response.streaming_content)
    return response.status_code


def picture():
    out = BytesIO()
    Image.new("RGB", (20, 20), "red").save(out, "PNG")
    return SimpleUploadedFile("证件.png", out.getvalue(), "image/png")


def test_papers_are_seen_by_who_files_and_nobody_else(scene):
    contract, client = made(scene, State.SIGNED), come(scene.employer)
    upload = own("contract_paper_upload", contract.pk)
    assert client.post(upload, {"kind": "identity", "files": picture()}).status_code == 302
    assert client.post(upload, {"kind": "nonsense", "files": picture()}).status_code == 422
    with inside(scene):
        paper = contract.papers.get()
    for query in ("", "?thumbnail"):
        url, theirs = (
            own("contract_paper", contract.pk, paper.pk),
            office("contract_paper", contract.pk, paper.pk),
        )
        assert status(client, url + query) == 200
        assert status(come(scene.clerk), theirs + query) == 200
        assert status(come(scene.viewer), theirs + query) == 403
        assert status(come(scene.elsewhere), theirs + query) == 404
        assert status(come(scene.stranger), url + query) == 404
    assert client.post(own("contract_paper_remove", contract.pk, paper.pk)).status_code == 302
    with inside(scene):
        assert contract.papers.count() == 0


def test_what_must_be_in_order_is_done_by_whose_it_is(scene):
    contract = made(scene, State.SIGNED)
    employer, youth = come(scene.employer), come(scene.youth)
    assert employer.post(own("contract_prepare", contract.pk, "identity")).status_code == 302
    url = own("contract_prepare", contract.pk, "insurance")
    assert employer.post(url, {"insurer": "示例保险"}).status_code == 422
    employer.post(url, {"insurer": "示例保险", "insurance_number": "BX-9"})
    assert employer.post(own("contract_prepare", contract.pk, "bank_card")).status_code == 404
    assert youth.post(mine("contract_notice", contract.pk)).status_code == 302
    row = now(contract)
    assert row.identity_checked_at
    assert row.notice_read_at
    assert (row.agreement.insurer, row.agreement.insurance_number) == ("示例保险", "BX-9")
    page = youth.get(mine("contract", contract.pk))
    assert [step["step"].done for step in page.context["steps"]] == [True, True, False, True]


# --- Others


def test_others_find_nothing(scene):
    contract = made(scene, State.EMPLOYER_SIGNED)
    with inside(scene):
        other = make_youth(scene.region, "别人").user
        newcomer = make_person("新来", side="youth")
    for user in (scene.stranger, scene.unconfirmed, scene.clerk):
        assert come(user).get(own("contract", contract.pk)).status_code in (302, 404)
    assert come(other).get(mine("contract", contract.pk)).status_code == 404
    assert come(newcomer).get(mine("contract", contract.pk)).status_code == 302
    assert come(scene.elsewhere).get(office("contract", contract.pk)).status_code == 404


def test_a_draft_is_the_employers_alone(scene):
    contract = made(scene)
    assert come(scene.youth).get(mine("contract", contract.pk)).status_code == 404
    assert come(scene.clerk).get(office("contract", contract.pk)).status_code == 404


def test_the_text_is_in_the_regions_words(scene):
    with inside(scene):
        text = contracts.text_of(made(scene))
    assert "甲方（见习基地）：甲公司" in text
    ningxia = make_scene("ningxia", "兴庆区", "金凤区")
    with inside(ningxia):
        contract = make_contract(take_in(ningxia.trainee, ningxia.base), allowance=None)
        text = contracts.text_of(contract)
    assert "甲方（见习单位）：甲公司" in text
    assert "基本生活费由就业补助资金" in text
    assert "商业意外伤害保险由政府统一购买" in text
