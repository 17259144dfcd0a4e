"""Leaderboards in Chromium: how soon a page is painted, and sorted, by the clock and by the processor time of its main thread.

    HARNESS_KEEP_BOARD=boards python performance/load.py board_100x100
    python performance/page.py boards/board.html

Needs selenium, chromium and chromedriver. Other work on the machine delays the clock and not the processor time.
"""

import argparse
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any

from selenium import webdriver

SORTED = """
const [column, done] = arguments, began = performance.now();
document.querySelectorAll("#board .sort")[column].click();
requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
"""  # a task after a frame begins when the frame has been painted
PAINTED = "return performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


def browser(profile: str) -> Any:
    options = webdriver.ChromeOptions()
    for option in (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--window-size=1400,1000",
        f"--user-data-dir={profile}",
    ):
        options.add_argument(option)
    started = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    started.set_script_timeout(120)
    started.execute_cdp_cmd("Performance.enable", {"timeDomain": "threadTicks"})
    return started


def busy(started: Any) -> float:
    """Milliseconds of processor time of the page's main thread."""
    metrics = started.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
    return 1000 * next(one["value"] for one in metrics if one["name"] == "TaskDuration")


def spread(values: list[float]) -> str:
    return f"{statistics.median(values):.0f} ms ({min(values):.0f} to {max(values):.0f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("board", type=Path, nargs="+")
    parser.add_argument("--times", type=int, default=12, help="how often each is sorted, by another column each time")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="harness-page-") as profile:
        started = browser(profile)
        try:
            for board in arguments.board:
                before = busy(started)
                started.get(board.absolute().as_uri())
                opened, painted = busy(started) - before, started.execute_script(PAINTED)
                clock, thread = [], []
                for time in range(arguments.times):
                    before = busy(started)
                    clock.append(started.execute_async_script(SORTED, time % 10))
                    thread.append(busy(started) - before)
                print(f"{board}: painted after {painted:.0f} ms ({opened:.0f} ms of the processor)")
                print(f"  sorted: {spread(clock)} by the clock, {spread(thread)} of the processor")
        finally:
            started.quit()


if __name__ == "__main__":
    main()
