"""Pages in a real browser: Debian's Chromium, driven by Playwright.

`page` is a desktop's, `phone` is 375 px wide; both start at the test's own server and fail the
test when a script breaks or the Content-Security-Policy is violated.
"""

import os
import shutil

import pytest

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 375, "height": 740}


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
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread; our own calls in it are still synchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    home = tmp_path_factory.mktemp("browser")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
            env=os.environ | {"HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")},
        )
        yield launched
        launched.close()


@pytest.fixture
def page(browser, live_server):
    yield from _page(browser, live_server, DESKTOP)


@pytest.fixture
def phone(browser, live_server):
    yield from _page(browser, live_server, PHONE, is_mobile=True, has_touch=True)


def _page(browser, live_server, viewport, **kind):
    context = browser.new_context(
        base_url=live_server.url,
        viewport=viewport,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        **kind,
    )
    opened = context.new_page()
    faults = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda said: faults.append(said.text) if _grave(said) else None)
    yield opened
    context.close()
    assert faults == []


def _grave(said) -> bool:
    # an answer of 4xx is reported as an error too (by htmx once more), and often what is tested
    expected = ("status of 4", "Error Code 4")
    return said.type == "error" and not any(words in said.text for words in expected)
