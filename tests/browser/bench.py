"""Measure the dashboard in a real browser and print it: ``make bench-dashboard``. Writes no file.

Wall-clock times: quote them with what else the machine was doing.
"""

import os
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from hubmodel.dashboard.pages import PAGES
from tests.browser.conftest import BROWSERS, FLAGS, serving

MOVES, VISITS = 40, 5
READY = "html[data-hub=ready]"
# From a key to the new value and to the charts' last change: what a visitor waits for.
TIMED = """async (key) => {
  const value = document.querySelector('.hub-figure .hub-value');
  const charts = [...document.querySelectorAll('.hub-chart svg')];
  const before = value.innerText, begin = performance.now();
  let shown = 0, drawn = 0;
  const watch = new MutationObserver(() => { drawn = performance.now(); });
  charts.forEach(one => watch.observe(one, { subtree: true, childList: true, attributes: true }));
  const handle = document.querySelector('.hub-levers .noUi-handle');
  handle.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  while (performance.now() - begin < 3000) {
    await new Promise(requestAnimationFrame);
    const now = document.querySelector('.hub-figure .hub-value').innerText;
    if (!shown && now !== before) shown = performance.now();
    if (shown && drawn && performance.now() - Math.max(shown, drawn) > 250) break;
  }
  watch.disconnect();
  return [shown - begin, drawn - begin];
}"""


def milliseconds(values):
    """Median and 95th percentile as text."""
    ordered = sorted(values)
    return f"{statistics.median(ordered):7.0f} median {ordered[int(0.95 * (len(ordered) - 1))]:7.0f} p95 ms"


def kernels():
    """Resident and proportional memory [MB] of every kernel of this user."""
    out = []
    for folder in Path("/proc").iterdir():
        try:
            if b"ipykernel_launcher" in (folder / "cmdline").read_bytes():
                told = (folder / "smaps_rollup").read_text()
                parts = dict(line.split(":") for line in told.splitlines()[1:] if ":" in line)
                out.append(tuple(round(int(parts[name].split()[0]) / 1024) for name in ("Rss", "Pss")))
        except (OSError, ValueError):
            continue
    return out


def opened(browser, address, query=""):
    """A page, the seconds until it could be used, its requests and megabytes."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page, asked = context.new_page(), []
    page.on("response", lambda answer: asked.append(int(answer.headers.get("content-length", 0))))
    begin = time.perf_counter()
    page.goto(address.link(query))
    page.wait_for_selector(READY, state="attached", timeout=120_000)
    return page, time.perf_counter() - begin, len(asked), sum(asked) / 1e6


def main():
    """Print what was measured."""
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    found = next(path for path in BROWSERS if Path(path).exists())
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        with serving(Path(folder)) as address:
            time.sleep(12)  # kernels are being kept warm
            warm = []
            for _ in range(VISITS):
                page, seconds, requests, megabytes = opened(browser, address)
                warm.append(seconds)
                page.context.close()
                time.sleep(6)  # the next kernel warms up
            middle, most = (1e3 * one for one in (statistics.median(warm), max(warm)))
            print(f"usable with a warm kernel     {middle:7.0f} median {most:7.0f} most ms")
            print(f"asked for                     {requests:7d} requests {megabytes:7.1f} MB")
            cold = [opened(browser, address) for _ in range(4)]
            slowest = max(one[1] for one in cold)
            print(f"usable, four at once          {1e3 * slowest:7.0f} most ms (two wait for a kernel)")
            for one in cold:
                one[0].context.close()
            time.sleep(8)
            page, *_ = opened(browser, address)
            page.wait_for_selector(".hub-page:not(:has(.hub-computing))", state="attached", timeout=60_000)
            print("memory of kernels, overview  ", kernels(), "MB rss, pss")
            for built in ("the overview alone", "every page built"):
                if built != "the overview alone":
                    for name, (title, *_) in PAGES.items():
                        page.evaluate("name => document.querySelector(`.hub-nav a[data-page=${name}]`).click()", name)
                        page.wait_for_selector(f".hub-nav a[aria-current]:text-is('{title}')")
                        page.wait_for_timeout(1500)
                    page.evaluate("document.querySelector('.hub-nav a[data-page=overview]').click()")
                    page.wait_for_timeout(3000)
                moves = [page.evaluate(TIMED, "ArrowRight" if at % 2 else "ArrowLeft") for at in range(MOVES)]
                print(f"key to value, {built:<16}{milliseconds([one[0] for one in moves])}")
                print(f"key to charts, {built:<15}{milliseconds([one[1] for one in moves])}")
            print("memory of kernels, all pages ", kernels(), "MB rss, pss")
            begin = time.perf_counter()
            page.evaluate(TIMED, "ArrowRight")
            page.wait_for_selector(".hub-page:not(:has(.hub-stale)) .hub-band", state="attached")
            waited = 1e3 * (time.perf_counter() - begin)
            print(f"key to band                   {waited:7.0f} ms (250 of them waiting to see)")
            page.context.close()
        browser.close()


if __name__ == "__main__":
    main()
