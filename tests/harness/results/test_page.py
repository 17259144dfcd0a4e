"""The leaderboard in a browser: sorted, filtered, opened by mouse and keyboard, without a word on the console."""

import shutil
from base64 import b64decode
from pathlib import Path

import pytest

from harness import SuiteSpec, results, write_leaderboard
from harness.host import host
from harness.results.leaderboard import build, side_files
from harness.results.result import Provenance, Result, WeightsEntry

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402
from selenium.webdriver.support.ui import Select, WebDriverWait  # noqa: E402

_CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
_DRIVER = shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(not (_CHROMIUM and _DRIVER), reason="chromium or its chromedriver is not installed")

_OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1400,1000",
)
_PIXEL = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==")
_SCORES = {"alpha": (0.2, 0.9), "beta": (0.7, None), "gamma": (-0.1, 0.4), "delta": (None, None)}
_SUITE = SuiteSpec("both-v1", summary="both", benchmarks=("first", "second"))
_KINDS = {"alpha": "random", "beta": "pretrained", "gamma": "file", "delta": "random"}
_TAGS = {"alpha": ["recurrent"], "beta": ["static", "V1"], "gamma": ["recurrent", "V1"], "delta": []}


def _records() -> list[Result]:
    made = []
    for model, scores in _SCORES.items():
        for benchmark, score in zip(("first", "second"), scores, strict=True):
            shared = {
                "model": model,
                "benchmark": benchmark,
                "parent": {"first": "neural", "second": "task"}[benchmark],
                "chance": 0.1,
                "benchmark_summary": f"what {benchmark} is",
                "benchmark_bibtex": f"@article{{a, doi = {{10.1000/{benchmark}}}}}",
                "tags": _TAGS[model],
                "weights": WeightsEntry(kind=_KINDS[model], seed=3 if _KINDS[model] == "random" else None),
                "provenance": Provenance(versions={"torch": "9.9"}, weights_digest="beef" * 16, duration=1.0),
            }
            if score is not None:
                made.append(Result(**shared, status="scored", score=score, error=0.05, ceiling=0.8, ceiling_error=0.02))
            elif (model, benchmark) != ("delta", "second"):
                made.append(Result(**shared, status="failed", message="the weights are <missing>"))
    return made


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    options = webdriver.ChromeOptions()
    options.binary_location = _CHROMIUM
    for option in (*_OPTIONS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(_DRIVER))
    yield browser
    browser.quit()


@pytest.fixture
def browser(driver, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(build, "draw", lambda result: _PIXEL)
    monkeypatch.setenv("HARNESS_DOCS", "https://docs.example/")
    other = SuiteSpec("second-v1", summary="the second alone", benchmarks=("second",))
    monkeypatch.setattr(host().suites, "_entries", {other.identifier: (other, None)})
    driver.get(write_leaderboard(tmp_path / "board.html", results=_records(), suite=_SUITE).as_uri())
    yield driver
    assert driver.get_log("browser") == []


def names(browser) -> list[str]:
    shown = "[...document.querySelectorAll('tbody .identifier')].filter((name) => name.checkVisibility())"
    return browser.execute_script(f"return {shown}.map((name) => name.textContent)")


def heading(browser, name: str):
    return next(th for th in browser.find_elements(By.CSS_SELECTOR, "thead th") if th.text.startswith(name))


def cell(browser, model: str, column: int):
    row = next(r for r in browser.find_elements(By.CSS_SELECTOR, "tbody tr") if model in r.text)
    own = row.find_elements(By.CSS_SELECTOR, "td:not(.kind):not(.mean)")
    return own[column].find_element(By.CSS_SELECTOR, "button")


def folds(browser) -> dict:
    return {button.text.split()[0]: button for button in browser.find_elements(By.CSS_SELECTOR, ".fold")}


def test_first_by_mean_with_complete_rows_first(browser):
    assert names(browser) == ["alpha", "gamma", "beta", "delta"]
    assert heading(browser, "Mean").get_attribute("aria-sort") == "descending"


def test_sorts_by_every_column_both_ways_and_what_is_missing_comes_last(browser):
    head = heading(browser, "first")
    head.find_element(By.TAG_NAME, "button").click()
    assert names(browser) == ["beta", "alpha", "gamma", "delta"]
    assert head.get_attribute("aria-sort") == "descending"
    head.find_element(By.TAG_NAME, "button").click()
    assert names(browser) == ["gamma", "alpha", "beta", "delta"]
    heading(browser, "second").find_element(By.TAG_NAME, "button").click()
    assert names(browser)[:2] == ["alpha", "gamma"]
    assert head.get_attribute("aria-sort") is None
    heading(browser, "Model").find_element(By.TAG_NAME, "button").click()
    assert names(browser) == ["alpha", "beta", "delta", "gamma"]
    heading(browser, "Mean").find_element(By.TAG_NAME, "button").click()
    assert names(browser) == ["alpha", "gamma", "beta", "delta"]


def test_filters_by_text_weights_and_tags(browser):
    text = browser.find_element(By.ID, "text")
    text.send_keys("ETA")
    assert names(browser) == ["beta"]
    assert browser.find_element(By.ID, "count").text == "1 of 4 models"
    text.send_keys(" nothing")
    assert browser.find_element(By.ID, "nothing").is_displayed()
    text.clear()
    text.send_keys(" ")
    Select(browser.find_element(By.ID, "weights")).select_by_visible_text("random")
    assert names(browser) == ["alpha", "delta"]
    Select(browser.find_element(By.ID, "weights")).select_by_visible_text("all")
    for tag in ("recurrent", "V1"):
        browser.find_element(By.XPATH, f"//label[span='{tag}']").click()
    assert names(browser) == ["gamma"]


def test_a_kind_of_benchmarks_folds_into_its_mean(browser):
    assert list(folds(browser)) == ["neural", "task"]
    fold = folds(browser)["neural"]
    assert fold.get_attribute("aria-expanded") == "true"
    means = browser.find_elements(By.CSS_SELECTOR, "td.kind[data-kind=neural]")
    assert not any(td.is_displayed() for td in means), "the mean of one benchmark says nothing beside it"
    fold.click()
    assert all(td.is_displayed() for td in means)
    assert fold.get_attribute("aria-expanded") == "false"
    assert not cell(browser, "alpha", 0).is_displayed() and cell(browser, "alpha", 1).is_displayed()
    assert {td.text for td in browser.find_elements(By.CSS_SELECTOR, "td.kind[data-kind=neural]")} >= {"0.70\n1 of 1"}
    fold.send_keys(Keys.ENTER)
    assert cell(browser, "alpha", 0).is_displayed()


def test_means_and_ranks_follow_the_suite_that_is_chosen(browser):
    suite = Select(browser.find_element(By.ID, "suite"))
    assert [option.text for option in suite.options] == ["both-v1", "second-v1"]
    suite.select_by_visible_text("second-v1")
    assert names(browser)[:2] == ["alpha", "gamma"]
    alpha = next(row for row in browser.find_elements(By.CSS_SELECTOR, "tbody tr") if "alpha" in row.text)
    assert alpha.find_element(By.CSS_SELECTOR, "td.mean").text.split("\n") == ["0.90 ±0.05", "rank 1, 1 of 1"]
    browser.find_element(By.XPATH, "//label[span='only its benchmarks']").click()
    assert not cell(browser, "alpha", 0).is_displayed() and cell(browser, "alpha", 1).is_displayed()


def test_a_question_mark_tells_what_a_benchmark_is_and_where_to_read_on(browser):
    browser.find_element(By.CSS_SELECTOR, "[aria-label='About first']").click()
    dialog = browser.find_element(By.ID, "detail")
    assert all(word in dialog.text for word in ("what first is", "neural", "Chance", "0.1", "Ceiling", "0.800 ± 0.020"))
    links = {link.text: link.get_attribute("href") for link in dialog.find_elements(By.TAG_NAME, "a")}
    assert links == {
        "Publication": "https://doi.org/10.1000/first",
        "Documentation": "https://docs.example/reference/benchmarks.html#first",
    }


@pytest.mark.parametrize("width", [1500, 420])
def test_axe_finds_no_fault_and_nothing_is_wider_than_the_screen(browser, width):
    axe = pytest.importorskip("axe_core_python", reason="axe-core-python is not installed")
    source = (Path(axe.__file__).parent / "axe.min.js").read_text()
    device = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", device)
    try:
        browser.refresh()
        browser.execute_script(source)
        assert faults(browser) == {}
        cell(browser, "gamma", 1).click() if width == 1500 else folds(browser)["task"].click()
        assert faults(browser) == {}
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def faults(browser) -> dict[str, list[str]]:
    """What axe-core finds: rule -> the elements that break it."""
    found = browser.execute_async_script("const done = arguments[0]; axe.run().then(done)")
    assert {"button-name", "td-headers-attr", "region"} <= {rule["id"] for rule in found["passes"]}
    return {rule["id"]: [node["html"] for node in rule["nodes"]] for rule in found["violations"]}


def test_on_a_phone_kinds_are_folded(browser):
    device = {"width": 420, "height": 900, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", device)
    try:
        browser.refresh()
        assert [fold.get_attribute("aria-expanded") for fold in folds(browser).values()] == ["false", "false"]
        assert len(names(browser)) == 4
        assert not browser.find_element(By.TAG_NAME, "tfoot").is_displayed(), "rows without a benchmark say nothing"
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_every_cell_says_what_it_is_to_a_screen_reader(browser):
    said = {
        (name, at): cell(browser, name, at).accessible_name for name, at in (("alpha", 0), ("gamma", 1), ("beta", 1))
    }
    assert said == {
        ("alpha", 0): "alpha on first: 0.200, standard error 0.050",
        ("gamma", 1): "gamma on second: 0.400, standard error 0.050",
        ("beta", 1): "beta on second: failed",
    }
    [missing] = browser.find_elements(By.CSS_SELECTOR, "td.missing span")
    assert (missing.aria_role, missing.accessible_name) in {("img", "not run"), ("image", "not run")}
    assert browser.find_element(By.ID, "board").accessible_name.startswith("Scores of models (rows)")


def test_a_click_opens_provenance_and_figure(browser):
    cell(browser, "alpha", 0).click()
    dialog = browser.find_element(By.ID, "detail")
    assert dialog.is_displayed()
    for shown in (
        "alpha",
        "on first",
        "0.200 ± 0.050",
        "0.8 ± 0.02",
        "random, seed 3 (untrained)",
        "beefbeef",
        "torch 9.9",
    ):
        assert shown in dialog.text
    assert dialog.find_element(By.TAG_NAME, "img").get_property("naturalWidth") == 1
    browser.switch_to.active_element.send_keys(Keys.ESCAPE)
    assert not dialog.is_displayed()
    assert browser.switch_to.active_element == cell(browser, "alpha", 0)


def test_failures_and_random_weights_are_said_in_words(browser):
    assert cell(browser, "beta", 1).accessible_name == "beta on second: failed"
    cell(browser, "beta", 1).click()
    assert "the weights are <missing>" in browser.find_element(By.ID, "detail").text
    browser.switch_to.active_element.send_keys(Keys.ESCAPE)
    untrained = [row for row in browser.find_elements(By.CSS_SELECTOR, "tbody tr") if "random weights" in row.text]
    assert len(untrained) == 2


def test_by_keyboard_alone(browser):
    body = browser.find_element(By.TAG_NAME, "body")
    body.send_keys("/")
    assert browser.switch_to.active_element.get_attribute("id") == "text"
    browser.execute_script("arguments[0].focus()", cell(browser, "alpha", 0))
    browser.switch_to.active_element.send_keys(Keys.ARROW_RIGHT)
    browser.switch_to.active_element.send_keys(Keys.ARROW_DOWN)
    assert browser.switch_to.active_element == cell(browser, "gamma", 1)
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    assert "on second" in browser.find_element(By.ID, "detail").text


def test_the_page_asks_for_nothing_else(browser):
    loaded = browser.execute_script("return performance.getEntriesByType('resource').map(entry => entry.name)")
    assert [address for address in loaded if not address.startswith("data:")] == []


def test_a_page_without_records_is_silent(driver, tmp_path):
    assert results.load_all() == ([], [])
    driver.get(write_leaderboard(tmp_path / "empty.html").as_uri())
    assert "no results yet" in driver.find_element(By.TAG_NAME, "body").text
    assert driver.get_log("browser") == []


def _many(models: int, benchmarks: int) -> list[Result]:
    return [
        Result(
            model=f"model{model:03d}",
            benchmark=f"bench{benchmark:02d}",
            status="scored",
            score=model / models + 0.001 * benchmark,
            error=0.05,
            details={"x": 1},
        )
        for model in range(models)
        for benchmark in range(benchmarks)
    ]


@pytest.fixture(scope="module")
def large_page(tmp_path_factory) -> Path:
    """A board that has its details and figures beside it."""
    suite = SuiteSpec("all-v1", summary="", benchmarks=tuple(f"bench{at:02d}" for at in range(5)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(side_files, "draw", lambda result: _PIXEL)
        return write_leaderboard(tmp_path_factory.mktemp("large") / "board.html", results=_many(120, 5), suite=suite)


@pytest.fixture
def large(driver, large_page: Path):
    driver.get(large_page.as_uri())
    yield driver
    assert driver.get_log("browser") == []


def test_a_large_board_makes_rows_when_they_are_looked_at(large):
    browser = large
    assert 10 < len(names(browser)) < 70 and names(browser)[0] == "model119"
    browser.find_element(By.ID, "text").send_keys("model003")
    assert names(browser) == ["model003"] and browser.find_element(By.ID, "count").text == "1 of 120 models"
    browser.find_element(By.ID, "text").clear()
    browser.find_element(By.ID, "text").send_keys(" ")
    browser.execute_script("const box = document.querySelector('.scroll'); box.scrollTop = box.scrollHeight")
    WebDriverWait(browser, 5).until(lambda browser: len(names(browser)) == 120)
    assert names(browser)[-1] == "model000"
    heading(browser, "bench00").find_element(By.TAG_NAME, "button").click()
    heading(browser, "bench00").find_element(By.TAG_NAME, "button").click()
    assert names(browser)[:2] == ["model000", "model001"] and len(names(browser)) < 70


def test_a_large_board_reads_details_and_figures_from_beside_it(large, large_page):
    assert len(list((large_page.parent / "board_files").glob("*.js"))) == 120
    dialog = opened(large)
    assert "on bench00" in dialog.text and "0.992 ± 0.050" in dialog.text
    image = dialog.find_element(By.TAG_NAME, "img")
    WebDriverWait(large, 5).until(lambda _: image.get_property("naturalWidth") == 1)


def opened(browser):
    """The details of the best model on the first benchmark."""
    cell(browser, "model119", 0).click()
    dialog = browser.find_element(By.ID, "detail")
    WebDriverWait(browser, 5).until(lambda _: dialog.is_displayed())
    return dialog


def test_a_large_board_alone_says_what_is_not_there(driver, large_page, tmp_path):
    driver.get(Path(shutil.copy(large_page, tmp_path)).as_uri())
    assert "board_files, which belongs beside this page, is not there" in opened(driver).text
    assert {"ERR_FILE_NOT_FOUND" in entry["message"] for entry in driver.get_log("browser")} == {True}


def test_a_large_board_takes_no_details_of_another(driver, large_page, tmp_path):
    shutil.copytree(large_page.parent, tmp_path / "both")
    for path in (tmp_path / "both" / "board_files").glob("*.js"):
        path.write_text(path.read_text().replace('harnessDetails("', 'harnessDetails("1'))
    driver.get((tmp_path / "both" / "board.html").as_uri())
    assert "made anew since it was opened" in opened(driver).text


def test_a_board_that_has_become_small_has_no_files_beside_it(large_page, tmp_path):
    shutil.copytree(large_page.parent, tmp_path / "both")
    write_leaderboard(tmp_path / "both" / "board.html", results=_many(3, 3), figures=False)
    assert not (tmp_path / "both" / "board_files").exists()


def test_the_ranking_is_drawn_where_models_share_benchmarks(large):
    plot = large.find_element(By.CSS_SELECTOR, "#ranking svg")
    assert plot.is_displayed() and len(plot.find_elements(By.CSS_SELECTOR, "polyline")) == 30
    assert "Mean ranks over 5 benchmarks of all-v1" in large.find_element(By.CSS_SELECTOR, ".ranking").text
