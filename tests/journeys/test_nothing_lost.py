"""What was typed stays, whatever comes between: the forms on which most is typed."""

from dataclasses import dataclass

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from accounts.models import User
from positions.models import Position
from tests.browser import expect, sign_in
from tests.factories import in_region
from tests.journeys.story import ID_NUMBER, by_phone, fill
from tests.people import make_person
from tests.positions.conftest import inside, make_filing, make_world
from tests.trainees.contracts import make_contract, make_scene, take_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@dataclass(frozen=True)
class Form:
    """`first` and `second` are fields that take any text; `wrong` is one that cannot be taken."""

    address: str
    user: User
    first: str
    second: str
    wrong: dict
    button: str


def position():
    world = make_world("chongqing", "渝中区", "万州区")
    with inside(world):
        row = make_filing(world.base, Position.State.DRAFT)
    address = reverse("employer:position_edit", args=["chongqing", row.pk])
    return Form(address, world.employer, "工作地点", "食宿等待遇", {"招募人数": "0"}, "提交审核")


def contract():
    scene = make_scene()
    with inside(scene):
        row = make_contract(take_in(scene.trainee, scene.base))
    address = reverse("employer:contract_edit", args=["chongqing", row.pk])
    wrong = {"月基本生活费（元）": "-5"}
    return Form(address, scene.employer, "见习地点", "食宿等待遇", wrong, "阅读全文，去签署")


def register():
    with in_region("chongqing"):
        youth = make_person("", side="youth")
    address = reverse("me:register", args=["chongqing"])
    return Form(address, youth, "姓名", "毕业院校", {"证件号码": ID_NUMBER[:-1]}, "保存")


@pytest.fixture(params=[position, contract, register], ids=lambda make: make.__name__)
def form(request, db):
    return request.param()


def holds(page, typed: dict):
    for label, text in typed.items():
        expect(page.get_by_label(label)).to_have_value(text)


def test_nothing_typed_is_lost(page, live_server, form):
    sign_in(page, live_server, form.user)
    page.goto(form.address)

    # Pressing back.
    fill(page, {form.first: "王小石"})
    page.goto("/chongqing/")
    page.go_back()
    holds(page, {form.first: "王小石"})

    # A check that fails.
    fill(page, {form.first: "王小川"} | form.wrong)
    page.get_by_role("button", name=form.button, exact=True).click()
    page.locator("[aria-invalid=true]").first.wait_for()
    holds(page, {form.first: "王小川"} | form.wrong)

    # A second tab, where something else is typed meanwhile.
    other = page.context.new_page()
    other.goto(form.address)
    fill(other, {form.second: "示例学院"})
    fill(page, {form.first: "王小山"})
    other.goto("/chongqing/")
    page.goto("/chongqing/")
    other.go_back()
    page.go_back()
    holds(page, {form.first: "王小山"})
    holds(other, {form.second: "示例学院"})
    other.close()

    # A session that has run out.
    Session.objects.all().delete()
    fill(page, {form.first: "王小河"})
    page.get_by_role("button", name=form.button, exact=True).click()
    page.wait_for_url("**/accounts/login/**")
    page.get_by_role("link", name="手机验证码").click()
    by_phone(page, form.user.phone)
    page.wait_for_url(f"**{form.address}")
    holds(page, {form.first: "王小河"})
