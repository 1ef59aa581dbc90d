"""What management sees and does on the overview page."""

import re
import time
import urllib.request

import office
import pytest

from tests.browser.conftest import SCREENSHOTS, status

CARDS = [
    "Net present value", "Internal rate of return", "Payback", "Peak funding need", "EBITDA margin", "Utilisation",
    "Innovation margin", "Commercial margin realised", "Aid intensity", "Funding gap", "Economic net present value",
]  # fmt: skip
VALUE = "document.querySelector('.hub-figure .hub-value').innerText"


def settled(page):
    """Wait until the solved figures stand there."""
    page.wait_for_selector(".hub-page:not(:has(.hub-computing))", state="attached", timeout=60_000)


def npv(page):
    return page.evaluate(VALUE)


def moved(page, before):
    page.wait_for_function(f"before => {VALUE} !== before", arg=before)


def lever(page, name):
    return page.locator(".hub-lever", has=page.locator("label", has_text=name))


def test_the_page_shows_the_answer_first_and_a_card_for_each_key_figure(page):
    settled(page)
    lines = page.locator(".hub-answer p[class^=hub-line]").all_inner_texts()
    assert [line.partition(" ")[0] for line in lines] == ["Most", "Four", "The"]
    assert page.locator(".hub-answer").get_by_role("img").get_attribute("aria-label").startswith("P10 ")
    assert "Inputs: " in page.locator(".hub-foot").inner_text()
    labels = " | ".join(page.locator(".hub-figure .hub-label").all_inner_texts())
    assert [name for name in CARDS if name not in labels] == []
    assert page.locator("html").get_attribute("lang") == "en"
    assert "hub" in page.title()
    assert page.locator(".hub-lever").count() == 8
    assert page.locator(".hub-checks").inner_text().find("OK") > 0


def test_a_lever_moves_the_value_by_keyboard_and_says_so(page):
    before = npv(page)
    handle = lever(page, "Commercial margin").locator(".noUi-handle")
    handle.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    moved(page, before)
    said = page.get_by_role("status").filter(has_text="from the base case")
    said.wait_for()
    # on a slow machine the four moves arrive one by one: the announcement and the card agree once they have
    page.wait_for_function(f"said => said.innerText.includes({VALUE})", arg=said.element_handle())
    undo = page.get_by_role("button", name="Undo")
    undo.click()  # a slow machine has up to four steps to undo
    page.wait_for_function("undo => undo.disabled || undo.click()", arg=undo.element_handle())
    page.wait_for_function(f"before => {VALUE} === before", arg=before)


def test_a_typed_share_is_understood_and_an_ambiguous_number_stays_with_its_reason(page):
    field = lever(page, "Commercial margin").locator("input")
    before = npv(page)
    field.fill("35 %")
    field.press("Enter")
    moved(page, before)
    field.fill("1.234")
    field.press("Enter")
    message = lever(page, "Commercial margin").locator(".hub-message")
    page.wait_for_function("name => document.querySelector('.hub-invalid') !== null", arg="")
    assert field.input_value() == "1.234"
    assert "1.234" in message.inner_text()
    assert message.get_attribute("aria-live") == "polite"
    assert field.get_attribute("aria-invalid") == "true"


def test_explain_follows_a_number_down_to_a_source(page):
    page.get_by_role("button", name="Explain Aid intensity").click()
    drawer = page.locator(".hub-drawer.hub-open")
    drawer.wait_for()
    assert drawer.locator(".hub-formula").count() >= 2
    drawer.locator("details:not([open]) > summary").first.wait_for()
    page.evaluate("document.querySelectorAll('.hub-drawer details').forEach(part => { part.open = true; })")
    assert drawer.locator("blockquote").count() + drawer.get_by_text("Source").count() > 0
    page.keyboard.press("Escape")
    drawer.wait_for(state="hidden")
    page.wait_for_function("document.activeElement.getAttribute('aria-label') === 'Explain Aid intensity'")


def test_each_chart_has_a_heading_a_takeaway_a_table_and_a_file(page):
    settled(page)
    charts = page.locator(".hub-chart")
    assert charts.count() == 3
    for chart in charts.all():
        title, takeaway = chart.locator("h2").inner_text(), chart.locator("p").first.inner_text()
        assert len(takeaway) > 20
        assert chart.locator("[role=img]").get_attribute("aria-label") == f"{title}. {takeaway}"
        chart.get_by_text("Show as a table").click()
        assert chart.locator("tbody tr").count() >= 20
        with page.expect_download() as download:
            chart.get_by_role("button", name="Download CSV").click()
        text = download.value.path().read_text(encoding="utf-8-sig")
        assert text.splitlines()[0].startswith("# northx · base case · hubmodel")
        assert text.splitlines()[1].startswith("period,")
        assert download.value.url.startswith("blob:")


@pytest.mark.parametrize("width", [1440, 390, 320])
def test_nothing_sticks_out_at_any_width(open_page, width):
    page = open_page(width=width, height=900 if width > 700 else 844)
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    wide = page.evaluate(
        """() => [...document.querySelectorAll('.hub-card, .hub-answer, .hub-lever, .echarts-widget-auto-height svg')]
        .filter(box => box.getBoundingClientRect().right > innerWidth + 1).map(box => box.className)"""
    )
    assert wide == []
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"overview_{width}.png", full_page=True)


def test_on_a_phone_the_order_is_answer_cards_charts_and_the_levers_open_from_the_strip(open_page):
    page = open_page(width=390, height=844)
    parts = [".hub-answer", ".hub-cards", ".hub-charts"]
    tops = [page.locator(part).first.bounding_box()["y"] for part in parts]
    assert tops == sorted(tops)
    levers, ask = page.locator(".hub-levers"), page.get_by_role("button", name="What if?")
    assert (levers.is_visible(), ask.get_attribute("aria-expanded")) == (False, "false")
    ask.click()
    levers.wait_for()
    assert ask.get_attribute("aria-expanded") == "true"
    sheet, strip = levers.bounding_box(), page.locator(".hub-strip").bounding_box()
    assert sheet["y"] + sheet["height"] <= 844
    assert strip["y"] + strip["height"] == pytest.approx(844, abs=1)
    before = npv(page)
    field = lever(page, "Commercial margin").locator("input")
    field.fill("30")
    field.press("Enter")
    moved(page, before)
    page.keyboard.press("Escape")
    levers.wait_for(state="hidden")
    page.wait_for_function("document.activeElement.className === 'hub-what-if'")


def test_an_address_restores_what_differs_from_the_base_case(page, open_page):
    field = lever(page, "Commercial margin").locator("input")
    field.fill("30")
    field.press("Enter")
    page.wait_for_url("**commercial_margin=0.3**")
    query = page.url.partition("?")[2]
    assert "version=" in query
    other = open_page(query="?" + query)
    other.wait_for_function("() => document.querySelector('.hub-changed') !== null")
    assert npv(other) == npv(page)


def turn_to(page, name):
    """Open another page of the dashboard by its link."""
    page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()
    page.wait_for_selector(f".hub-nav a[aria-current]:text-is('{name}')")


def test_pages_are_turned_by_keyboard_and_the_address_says_which(page, open_page):
    link = page.get_by_role("navigation").get_by_role("link", name="Risk", exact=True)
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**page=risk**")
    page.locator("h2", has_text="How sure?").wait_for()
    page.wait_for_function("document.activeElement.textContent === 'Risk'")
    other = open_page(query="?page=risk")
    other.locator("h2", has_text="How sure?").wait_for()


def test_back_and_forward_turn_pages_and_bring_their_state(page):
    settled(page)
    turn_to(page, "Risk")
    page.wait_for_url("**?page=risk")
    turn_to(page, "Business case")
    page.wait_for_url("**?page=business")
    field = lever(page, "Commercial margin").locator("input")
    field.fill("30")
    field.press("Enter")
    page.wait_for_url("**commercial_margin=0.3&**page=business")  # the same entry: no lever is a page
    page.go_back()
    page.wait_for_selector(".hub-nav a[aria-current]:text-is('Risk')")
    page.wait_for_function("() => document.querySelector('.hub-changed') === null")
    assert page.url.endswith("?page=risk")
    page.go_back()
    page.wait_for_selector(".hub-nav a[aria-current]:text-is('Overview')")
    assert "?" not in page.url
    page.go_forward()
    page.wait_for_selector(".hub-nav a[aria-current]:text-is('Risk')")
    page.go_forward()
    page.wait_for_selector(".hub-nav a[aria-current]:text-is('Business case')")
    page.wait_for_function("() => document.querySelector('.hub-changed') !== null")
    assert "commercial_margin=0.3&" in page.url
    page.wait_for_timeout(6000)  # the heartbeat writes nothing into the history
    page.go_back()
    page.wait_for_selector(".hub-nav a[aria-current]:text-is('Risk')")


def test_what_was_moved_just_before_a_page_is_turned_is_there_on_the_way_back(page):
    settled(page)
    before = npv(page)
    field = lever(page, "Commercial margin").locator("input")
    field.fill("30")
    field.press("Enter")
    moved(page, before)
    turn_to(page, "Inputs")
    page.wait_for_url("**page=inputs")
    page.go_back()
    page.wait_for_url("**/?commercial_margin=0.3&version=*")
    page.wait_for_selector(".hub-nav a[aria-current]:text-is('Overview')")
    assert page.locator(".hub-changed").count() == 1


@pytest.mark.parametrize("name", ["overview", "business", "inputs"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_value_change_and_odds_stay_in_view(open_page, width, height, name):
    page = open_page(width=width, height=height, query=f"?commercial_margin=0.3&version=x&page={name}")
    settled(page)
    page.locator(".hub-status", has_text="from the base case").wait_for(timeout=60_000)
    page.locator(".hub-odds:not(.hub-stale)", has_text="of the draws").wait_for(timeout=60_000)
    for share in (0.3, 0.6, 1):
        page.evaluate("share => scrollTo(0, share * (document.documentElement.scrollHeight - innerHeight))", share)
        page.wait_for_timeout(100)
        strip = page.locator(".hub-strip")
        box = strip.bounding_box()
        assert -1 <= box["y"] <= box["y"] + box["height"] <= height + 1
        said = strip.inner_text()
        assert re.search(r"MSEK.*\+.*MSEK.*from the base case.*below zero in \d+\s%", said, re.S), said
        if width == 1440 and name != "inputs":
            levers = page.locator(".hub-levers").bounding_box()
            assert box["y"] + box["height"] <= levers["y"] + 1
            assert levers["y"] + levers["height"] <= height
    foot, box = page.locator(".hub-foot").bounding_box(), page.locator(".hub-strip").bounding_box()
    if width == 390:
        assert foot["y"] + foot["height"] <= box["y"]  # at the end of the page the strip covers nothing


WATCH = """() => {
  window.places = new Set();
  const parts = ['.hub-cards', '.hub-charts', '.hub-panels', '.hub-foot', '.hub-lever:last-child'];
  const look = () => {
    window.places.add(parts.map(part => document.querySelector(part).getBoundingClientRect().top).join(' '));
    requestAnimationFrame(look);
  };
  look();
}"""


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_jumps_while_a_lever_moves(open_page, width):
    page = open_page(width=width)
    settled(page)
    page.locator(".hub-answer", has_text="of 2048").wait_for(timeout=60_000)
    if width == 390:
        page.get_by_role("button", name="What if?").click()
    page.evaluate(WATCH)
    before = npv(page)
    lever(page, "Commercial margin").locator(".noUi-handle").focus()
    for key in ["ArrowRight"] * 4 + ["ArrowLeft"] * 12:
        page.keyboard.press(key)
        page.wait_for_timeout(80)
    moved(page, before)
    page.locator(".hub-answer", has_text="own changes").wait_for()
    page.wait_for_timeout(500)
    assert len(page.evaluate("[...window.places]")) == 1


def test_a_value_outside_its_range_is_marked_until_it_is_back(page):
    settled(page)
    one, before = lever(page, "Commercial margin"), npv(page)
    one.locator("input").fill("45")
    one.locator("input").press("Enter")
    one.get_by_text("outside its range 17–32 %").wait_for()
    moved(page, before)
    page.wait_for_url("**commercial_margin=0.45&**")
    assert one.locator("input").input_value() == "45.0\u00a0%"
    one.locator("input").fill("0,35")
    one.locator("input").press("Enter")
    page.wait_for_url("**commercial_margin=0.0035&**")
    assert one.locator("input").input_value() == "0.35\u00a0%"
    one.locator("input").fill("30")
    one.locator("input").press("Enter")
    one.get_by_text("outside").wait_for(state="detached")
    page.wait_for_url("**commercial_margin=0.3&**")


def test_the_band_of_a_figure_follows_a_lever(page):
    page.locator(".hub-band").first.wait_for(state="attached", timeout=60_000)
    settled(page)
    before = page.locator(".hub-band").first.inner_text()
    field = lever(page, "Innovation hourly rate").locator("input")
    field.fill("1700")
    field.press("Enter")
    page.wait_for_function("before => document.querySelector('.hub-band').innerText !== before", arg=before)
    assert "P10" in page.locator(".hub-band").first.inner_text()


@pytest.mark.parametrize("width", [1440, 390, 320])
def test_the_risk_page_shows_the_spread_at_any_width(open_page, width):
    page = open_page(width=width, query="?page=risk")
    page.locator(".hub-stat").first.wait_for(timeout=60_000)
    page.locator(".hub-chart svg").first.wait_for(state="attached")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"risk_{width}.png", full_page=True)


@pytest.mark.parametrize("width", [1440, 390])
def test_a_quote_is_typed_explained_kept_and_taken_home(open_page, tmp_path, width):
    page = open_page(width=width, query="?page=pricing")
    settled(page)
    quote = page.locator(".hub-quoting")
    quote.get_by_label("Name of the quote").fill("Pilot")
    quote.get_by_label("Batches", exact=True).fill("2.5")
    quote.get_by_label("Batches", exact=True).press("Enter")
    quote.locator(".hub-failed", has_text="must be a whole number, got 2.5").wait_for()
    quote.get_by_label("Batches", exact=True).fill("3")
    quote.get_by_label("Batches", exact=True).press("Enter")
    quote.locator(".hub-failed").wait_for(state="detached")
    quote.get_by_role("heading", name="Pilot").wait_for()
    quote.get_by_role("button", name="Full cost", exact=True).press("Enter")
    drawer = page.locator(".hub-drawer.hub-open")
    drawer.get_by_text("people cost").first.wait_for()
    drawer.get_by_role("button", name="Close").click()
    with page.expect_download() as coming:
        quote.get_by_role("button", name="Download the quote (Excel)").click()
    coming.value.save_as(tmp_path / "quote.xlsx")
    assert "Pilot" in {str(one) for one in office.values(tmp_path / "quote.xlsx", "Quote").values()}
    quote.get_by_label("Why is it quoted?").fill("an enquiry")
    quote.get_by_role("button", name="Keep with the scenario").click()
    quote.get_by_label("Quotes kept with the scenario").wait_for()


@pytest.mark.parametrize(("kind", "begins"), [("SVG", b"<svg"), ("PNG", b"\x89PNG")])
def test_a_chart_is_saved_as_a_picture_that_says_where_it_comes_from(page, kind, begins):
    settled(page)
    with page.expect_download() as download:
        page.locator(".hub-chart").first.get_by_role("button", name=f"Download {kind}").click()
    content = download.value.path().read_bytes()
    assert content.startswith(begins)
    if kind == "SVG":
        assert "northx · base case · hubmodel" in content.decode()
        assert "Cash over time" in content.decode()


def test_the_workbook_goes_out_and_a_changed_one_comes_back(page, tmp_path):
    settled(page)
    before = npv(page)
    turn_to(page, "Scenarios")
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name="Download the workbook").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    cells = office.values(path, "Inputs")
    at = next(cell[1:] for (_, cell), name in cells.items() if cell[0] == "N" and name == "commercial_margin")
    changed = office.edited(path, tmp_path / "changed.xlsx", {f"D{at}": 0.3})
    page.get_by_label("Open a workbook").set_input_files(changed)
    page.get_by_role("cell", name=f"Inputs!D{at}").wait_for(timeout=30_000)
    page.get_by_label("Why these changes?").fill("the board's view")
    SCREENSHOTS.mkdir(exist_ok=True)
    page.locator(".hub-exchange").screenshot(path=SCREENSHOTS / "exchange.png")
    page.get_by_role("button", name="Take over").click()
    page.wait_for_url("**commercial_margin=0.3**")
    turn_to(page, "Overview")
    moved(page, before)


def test_a_file_too_large_never_leaves_the_browser(open_page, tmp_path):
    page = open_page(query="?page=scenarios")
    large = tmp_path / "large.xlsx"
    large.write_bytes(b"PK" + bytes(8_000_000))
    page.get_by_label("Open a workbook").set_input_files(large)
    page.locator(".hub-exchange .hub-failed", has_text="8000002 bytes").wait_for()


def test_the_page_speaks_swedish(page):
    page.get_by_role("link", name="Svenska").click()
    page.wait_for_selector("html[lang=sv][data-hub=ready]", state="attached", timeout=60_000)
    page.get_by_text("Nuvärde", exact=True).first.wait_for()
    page.get_by_role("link", name="English").wait_for()


def test_the_kernel_ends_when_the_tab_closes(page, kernel_of, server):
    kernel = kernel_of(page)
    assert status(kernel, server.token) == 200
    with page.expect_event("close"):
        page.close(run_before_unload=True)
    patience = time.monotonic() + 10
    while status(kernel, server.token) != 404 and time.monotonic() < patience:
        time.sleep(0.2)
    assert status(kernel, server.token) == 404


def test_the_kernel_ends_soon_when_the_browser_dies(open_page, kernel_of, server):
    page = open_page()
    kernel = kernel_of(page)
    page.context.close()  # no goodbye is said
    patience = time.monotonic() + 90
    while status(kernel, server.token) != 404 and time.monotonic() < patience:
        time.sleep(1)
    assert status(kernel, server.token) == 404


def test_a_dead_kernel_is_said_out_loud(open_page, kernel_of):
    page = open_page(watched=False)  # the browser rightly complains about the lost connection
    request = urllib.request.Request(kernel_of(page).replace("/api/kernels/", "/voila/api/shutdown/"), method="POST")
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    request.add_header("X-XSRFToken", cookies["_xsrf"])
    request.add_header("Cookie", "; ".join(f"{name}={value}" for name, value in cookies.items()))
    urllib.request.urlopen(request, timeout=10).close()
    page.locator("#hub-lost").wait_for(state="visible", timeout=30_000)


@pytest.mark.parametrize("path", ["voila/tree", "voila/files/overview.ipynb", "voila/files/overview.csv"])
def test_files_and_folders_are_not_served(server, path):
    assert status(server + path, server.token) in (403, 404)


def test_the_stock_template_cannot_be_asked_for(open_page):
    page = open_page(query="?template=lab")
    assert "cdn.jsdelivr.net" not in page.content()
