"""The dashboard in a real browser: one server for the session, one clean page for each test."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

CI = os.environ.get("CI", "").lower() == "true"
BROWSERS = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]  # fmt: skip
SCREENSHOTS = Path(__file__).parent / "screenshots"
OURS = re.compile(r"(http|ws)://127\.0\.0\.1:|data:|blob:|about:")
STATIC = "voila/templates/hubmodel/static/hubmodel.css"


def missing(what):
    """Skip where a person works without a browser, fail where the tests must run."""
    message = f"{what}; install Debian's chromium and `playwright` to run the browser tests"
    return pytest.fail(message) if CI else pytest.skip(message)


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser():
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright is not installed")
    found = next(
        (path for path in (os.environ.get("HUBMODEL_BROWSER", ""), *BROWSERS) if path and Path(path).exists()), None
    )
    if found is None:
        missing("no Chromium was found")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield chromium
        chromium.close()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Address(str):
    """Where a dashboard is served, and the token of its link."""

    token = ""

    @classmethod
    def of(cls, link):
        """Read a link, as it is printed."""
        address, _, token = link.partition("?token=")
        made = cls(address)
        made.token = token
        return made

    def link(self, query=""):
        """What a visitor opens who has no cookie yet."""
        return f"{self}{query or '?'}{'&' if query else ''}token={self.token}"


def status(url, token=""):
    request = urllib.request.Request(url, headers={"Authorization": f"token {token}"} if token else {})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    except OSError:
        return 0


@contextmanager
def serving(folder, base_url="/", options=(), **environment):
    """Address of a dashboard on a free port; readiness is asked of a static file, since a page starts a kernel."""
    port, log = free_port(), folder / "log.txt"
    command = [
        sys.executable,
        "-m",
        "hubmodel.cli",
        "dashboard",
        "--port",
        str(port),
        "--no-open",
        "--base-url",
        base_url,
        *options,
    ]
    with (
        log.open("w") as out,
        subprocess.Popen(command, stdout=out, stderr=out, env=os.environ | environment) as process,
    ):
        address, patience = f"http://127.0.0.1:{port}{base_url}", time.monotonic() + 60
        while status(address + STATIC) != 200:
            if process.poll() is not None or time.monotonic() > patience:
                process.kill()
                pytest.fail("the dashboard did not start:\n" + log.read_text()[-2000:])
            time.sleep(0.2)
        printed = re.search(r"http://\S+", log.read_text())
        yield Address.of(printed[0])
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """Address of a dashboard that all tests share."""
    with serving(tmp_path_factory.mktemp("server")) as address:
        yield address


class Watch:
    """What a page asked for and complained about."""

    def __init__(self, page):
        self.faults = []
        page.on("request", lambda request: self.foreign(request.url))
        page.on("websocket", lambda socket: self.foreign(socket.url))
        page.on("response", lambda answer: answer.status >= 400 and self.faults.append(f"{answer.status} {answer.url}"))
        page.on("console", lambda said: said.type == "error" and self.faults.append(f"console: {said.text}"))
        page.on("pageerror", lambda error: self.faults.append(f"page error: {error}"))

    def foreign(self, url):
        if not OURS.match(url):
            self.faults.append(f"left the machine: {url}")


@pytest.fixture
def open_page(browser, server):
    """Open pages that must ask for nothing elsewhere and complain about nothing."""
    opened, watches = [], []

    def go(width=1440, height=900, query="", watched=True, address=server, **options):
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        page = context.new_page()
        opened.append(context)
        if watched:
            watches.append(Watch(page))
        page.goto(address.link(query))
        page.wait_for_selector("html[data-hub=ready]", state="attached", timeout=60_000)
        return page

    yield go
    for context in opened:
        for page in context.pages:
            with page.expect_event("close"):
                page.close(run_before_unload=True)  # as a person closes it, so that its kernel ends
        context.close()
    faults = [fault for watch in watches for fault in watch.faults]
    assert not faults, "\n".join(faults)


@pytest.fixture
def page(open_page):
    return open_page()


@pytest.fixture
def kernel_of(server):
    """Address of the kernel behind a page."""

    def find(page):
        config = json.loads(page.locator("#jupyter-config-data").text_content())
        return f"{server}api/kernels/{config['kernelId']}"

    return find
