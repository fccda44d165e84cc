"""Pages in a real browser: Debian's Chromium, driven by Playwright.

`page` is a desktop's, `phone` is 375 px wide, `screen` is first the one and then the other; all start
at the test's own server and fail the test when a script breaks or the Content-Security-Policy is
violated.
"""

import os
import shutil
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Error, expect, sync_playwright

# A page is asked until it answers, never once: a busy machine is still drawing it.
expect.set_options(timeout=30_000)

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 375, "height": 740}
AXE = settings.NODE_MODULES / "axe-core" / "axe.min.js"


def chromium() -> str | None:
    found = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    return next(filter(None, found), None)


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    path = chromium()
    if path is None:
        if os.environ.get("JIANXI_REQUIRE_BROWSER") == "1":
            pytest.fail("Chromium is required and not installed: `make browser`")
        pytest.skip("Chromium is not installed: `make browser`")
    # Playwright keeps an event loop in this thread; our own calls in it are still synchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    home = tmp_path_factory.mktemp("browser")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=path,
            args=["--lang=zh-CN", *(["--no-sandbox"] if os.geteuid() == 0 else [])],
            env=os.environ
            | {"HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"), "LANGUAGE": "zh_CN"},
        )
        yield launched
        launched.close()


@pytest.fixture
def page(browser, live_server):
    with opened(browser, live_server) as page:
        yield page


@pytest.fixture
def phone(browser, live_server):
    with opened(browser, live_server, on_phone=True) as page:
        yield page


@pytest.fixture(params=["page", "phone"])
def screen(request):
    return request.getfixturevalue(request.param)


def sign_in(screen, live_server, user):
    """As the user, without the pages of signing in."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    screen.context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "url": live_server.url}]
    )


def is_well(screen):
    """Nothing at the side of the window, and nothing axe calls serious."""
    # asked from outside: the page's own policy lets no other script in
    only = "{resultTypes: ['violations']}"
    found = _asked(screen, AXE.read_text(encoding="utf-8") + f"; axe.run({only})")
    grave = [one["id"] for one in found["violations"] if one["impact"] in ("serious", "critical")]
    wide = screen.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert (grave, wide) == ([], False), screen.url


def _asked(screen, script, again=2):
    """Of the loaded page; of the next one where this one was just being left."""
    screen.wait_for_load_state()
    try:
        return screen.evaluate(script)
    except Error:
        if not again:
            raise
        return _asked(screen, script, again - 1)


@contextmanager
def opened(browser, live_server, *, on_phone=False):
    """A page in a context of its own: whoever sits there is nobody else."""
    kind = {"is_mobile": True, "has_touch": True} if on_phone else {}
    context = browser.new_context(
        base_url=live_server.url,
        viewport=PHONE if on_phone else DESKTOP,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        **kind,
    )
    page = context.new_page()
    if os.environ.get("JIANXI_SLOW_BROWSER") == "1":
        _slow_down(context.new_cdp_session(page))
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if _grave(said) else None)
    yield page
    context.close()
    assert faults == []


def _slow_down(browser):
    """A weak machine on a slow line: shows the tests that read a page before it is there."""
    browser.send("Network.enable")
    slow = {"offline": False, "latency": 60, "downloadThroughput": 80e3, "uploadThroughput": 80e3}
    browser.send("Network.emulateNetworkConditions", slow)
    browser.send("Emulation.setCPUThrottlingRate", {"rate": 3})


def _grave(said) -> bool:
    # an answer of 4xx is reported as an error too (by htmx once more), and often what is tested
    expected = ("status of 4", "Error Code 4")
    return said.type == "error" and not any(words in said.text for words in expected)
