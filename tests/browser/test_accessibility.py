"""Every page against the rules of axe-core (WCAG 2.2 AA and good practice), none of them left out; and by keyboard."""

import base64
import hashlib
import json
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from hubmodel.dashboard.pages import PAGES
from tests.browser.conftest import SCREENSHOTS, missing

LOCK = json.loads((Path(__file__).parent / "axe.json").read_text(encoding="utf-8"))

USABLE = """() => [...document.querySelectorAll(
  '.hub-page :is(a[href], button, input, select, summary, .noUi-handle)'
)].filter(one => !one.disabled && one.checkVisibility()).length"""
HERE = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return '';
  if (!one.dataset.stop) one.dataset.stop = String(Math.random());
  return one.dataset.stop;
}"""


@pytest.fixture(scope="session")
def axe(tmp_path_factory):
    """The source of axe-core, as npm packs it, of the version and the hash that are locked."""
    npm, folder = shutil.which("npm"), tmp_path_factory.mktemp("axe")
    if npm is None:
        missing("npm is not installed")
    wanted = f"{LOCK['name']}@{LOCK['version']}"
    done = subprocess.run([npm, "pack", wanted, "--silent"], cwd=folder, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    (packed,) = folder.glob("*.tgz")
    found = base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode()
    assert f"sha512-{found}" == LOCK["integrity"]
    with tarfile.open(packed) as archive:
        return archive.extractfile("package/axe.min.js").read().decode()


def settled(page, name):
    """Wait until a page that the address names is the one that is shown, and whole."""
    page.wait_for_selector(f".hub-nav [data-page={name}][aria-current=page]", state="attached")
    page.wait_for_selector(".hub-page:not(:has(.hub-computing))", state="attached", timeout=60_000)


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_breaks_no_rule(open_page, axe, name, width):
    page = open_page(width=width, query=f"?page={name}")
    settled(page, name)
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}_{width}.png", full_page=True)
    page.evaluate(axe)
    found = page.evaluate("axe.run(document).then(found => found.violations)")
    said = [f"{one['id']}: {one['help']}: {[node['target'] for node in one['nodes']][:3]}" for one in found]
    assert said == []


def test_open_levers_and_a_value_outside_its_range_break_no_rule(open_page, axe):
    page = open_page(width=390, query="?commercial_margin=0.45&version=x&page=overview")
    settled(page, "overview")
    page.get_by_role("button", name="What if?").click()
    page.locator(".hub-levers").get_by_text("outside its range").wait_for()
    page.evaluate(axe)
    assert page.evaluate("axe.run(document).then(found => found.violations.map(one => one.id))") == []


def test_a_page_in_swedish_breaks_no_rule(open_page, axe):
    page = open_page(query="?page=overview&language=sv")
    page.wait_for_selector("html[lang=sv]", state="attached")
    settled(page, "overview")
    page.evaluate(axe)
    assert page.evaluate("axe.run(document).then(found => found.violations.map(one => one.id))") == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_sticks_out_at_320_pixels(open_page, name):
    page = open_page(width=320, height=700, query=f"?page={name}")
    settled(page, name)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("name", PAGES)
def test_every_control_is_reached_by_keyboard(open_page, name):
    """Tab goes through everything that can be used; each stop is seen, and none is a trap."""
    page = open_page(query=f"?page={name}")
    settled(page, name)
    seen = set()
    for _ in range(page.evaluate(USABLE) + 40):
        page.keyboard.press("Tab")
        place = page.evaluate(HERE)
        if place in seen:
            break
        seen.add(place)
    assert len(seen) >= page.evaluate(USABLE)
