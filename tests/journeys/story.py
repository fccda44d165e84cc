"""Four people, a screen each, and a calendar that the story turns."""

import os
import re
from contextlib import ExitStack
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from PIL import Image

from accounts.models import Role
from jianxi.identifiers import make_id_number, make_uscc
from regions.models import MinimumWage
from tests.browser import is_well, opened
from tests.factories import district, in_region
from tests.people import code_to, make_member, make_office

REGION, HERE, CITY = "chongqing", "渝中区", "重庆市"
UNIT, USCC = "重庆云帆智能科技有限公司", make_uscc(99)
EMPLOYER, YOUTH = "13812340002", "13812340001"
NAME, ID_NUMBER = "何小雨", make_id_number("500103", date(2004, 5, 1), 24)
PASSWORD = "correct-horse-9"
PDF = {"name": "材料.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 sample"}

GUIDES = settings.BASE_DIR / "docs" / "guide"
PICTURE = re.compile(r"\]\(images/([\w-]+)\.png\)")


# Found before the clock's own: what the history's triggers ask. The database goes with the test.
CLOCK = """
CREATE SCHEMA IF NOT EXISTS story;
CREATE OR REPLACE FUNCTION story.now() RETURNS timestamptz LANGUAGE sql STABLE
    AS $$SELECT pg_catalog.now() + interval '{seconds} seconds'$$;
ALTER DATABASE {database} SET search_path = story, pg_catalog, public;
SET search_path = story, pg_catalog, public
"""


class Calendar:
    """What day it is for the portal, from nine in the morning on."""

    def __init__(self, monkeypatch):
        self._monkeypatch, self._really = monkeypatch, timezone.now

    def turn_to(self, day: date):
        morning = datetime.combine(day, time(9), timezone.get_default_timezone())
        ahead = morning - self._really()
        self._monkeypatch.setattr(timezone, "now", lambda: self._really() + ahead)
        with connection.cursor() as cursor:
            name = connection.settings_dict["NAME"]
            cursor.execute(CLOCK.format(seconds=ahead.total_seconds(), database=name))


class Story:
    """`employer`, `youth`, `clerk` and `reviewer`: the pages of the four, on desks or on phones.

    Whoever is new comes in by the pages; only the two offices and the minimum wage are there
    before the story begins.
    """

    def __init__(self, stack: ExitStack, browser, live_server, monkeypatch, *, on_phones: bool):
        self.calendar, self.on = Calendar(monkeypatch), "phone" if on_phones else "desk"
        self.employer, self.youth, self.clerk, self.reviewer = (
            stack.enter_context(opened(browser, live_server, on_phone=on_phones)) for _ in range(4)
        )
        with in_region(REGION) as region:
            self.region = region
            for where, role, name in (
                (HERE, Role.CLERK, "李经办"),
                (CITY, Role.REVIEWER, "周审核"),
            ):
                user = make_member(make_office(where), role, username=role, name=name)
                user.set_password(PASSWORD)
                user.save()
            MinimumWage.objects.create(
                region=region,
                district=district(CITY),
                amount="2330.00",
                effective_from=date(2025, 1, 1),
                source="示例文号",
            )

    # --- Coming in

    def comes_back(self, screen, phone: str, to: str):
        """Some days later: the session is long over."""
        screen.context.clear_cookies()
        screen.goto(to)
        screen.get_by_role("link", name="手机验证码").click()
        by_phone(screen, phone)
        screen.wait_for_url(f"**{to}")

    def signs_in(self, screen, role: Role):
        screen.context.clear_cookies()
        screen.goto("/accounts/login/")
        screen.get_by_label("用户名或手机号").fill(role)
        screen.locator("#id_password").fill(PASSWORD)
        screen.locator("main").get_by_role("button", name="登录").click()
        screen.wait_for_url(f"**/office/{REGION}/")

    # --- Doing

    def next_step(self, screen, action: str, side: str):
        """By the work list, as the portal says it."""
        screen.goto(f"/{side}/{REGION}/")
        self.sees(screen, screen.get_by_role("heading", level=1))
        screen.locator("main a", has_text=action).first.click()

    def sees(self, screen, found, picture=""):
        """Waits for it, then looks at the page."""
        found = screen.get_by_text(found).first if isinstance(found, str) else found
        found.wait_for()
        screen.wait_for_load_state()
        is_well(screen)
        if picture and os.environ.get("JIANXI_GUIDE") and picture in pictures(self.on):
            screen.evaluate("window.scrollTo(0, 0)")
            found.scroll_into_view_if_needed()
            _keep(screen.screenshot(), f"{picture}-{self.on}")

    def uploads(self, screen, name: str, file: dict):
        paper = screen.locator(f"#paper-{name}")
        paper.locator("input[type=file]").set_input_files(file)
        paper.get_by_role("button", name="上传").click()

    def signs(self, screen, phone: str, picture=""):
        """Has read it; a code; typed."""
        cache.clear()
        screen.get_by_label("我已阅读全文").check()
        screen.get_by_role("button", name="获取验证码").click()
        screen.get_by_label("短信验证码").fill(code_to(phone))
        self.sees(screen, "验证码已发到您的手机", picture)
        screen.get_by_role("button", name="签署").click()


def by_phone(screen, phone: str):
    """Types the number, then the code that came; on the page that asks for the number."""
    cache.clear()  # a phone has one code a minute
    screen.get_by_label("手机号").fill(phone)
    screen.get_by_role("button", name="发送验证码").click()
    screen.wait_for_url("**/code/confirm/**")
    screen.get_by_label("短信验证码").fill(code_to(phone))
    screen.get_by_role("button", name="登录", exact=True).click()


def fill(form, facts: dict):
    """By the labels, which may carry the mark of what is required."""
    for label, value in facts.items():
        exactly = re.compile(rf"^\s*{re.escape(label)}\s*\*?\s*$")
        form.get_by_label(exactly).fill(value)


def count_presses(screen):
    """From this page on, in this tab."""
    counting = "addEventListener('pointerdown', () => sessionStorage.presses++, true)"
    screen.context.add_init_script(counting)
    screen.evaluate(f"sessionStorage.presses = 0; {counting}")


def presses(screen) -> int:
    return int(screen.evaluate("sessionStorage.presses"))


def photo() -> dict:
    out = BytesIO()
    Image.new("RGB", (600, 400), (120, 150, 190)).save(out, "JPEG")
    return {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


# --- Pictures of the guides


def pictures(on: str) -> set[str]:
    """The pictures the guides show as they look on a desk, or on a phone."""
    named = (name for guide in GUIDES.glob("*.md") for name in PICTURE.findall(guide.read_text()))
    return {name.removesuffix(f"-{on}") for name in named if name.endswith(f"-{on}")}


def _keep(shot: bytes, name: str):
    """Small enough to be kept beside the words."""
    image = Image.open(BytesIO(shot)).convert("RGB")
    image.thumbnail((1000, 1000))
    path = Path(GUIDES / "images" / f"{name}.png")
    path.parent.mkdir(parents=True, exist_ok=True)
    image.quantize(128, kmeans=1).save(path, optimize=True)
