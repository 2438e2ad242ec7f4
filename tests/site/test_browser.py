"""The pages in a real browser, headless: every page type at two widths, by keyboard, in the dark and without scripts.

Screenshots are kept in build/screenshots/, to be looked at.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from csea import ROOT
from csea.database import open_readonly
from csea.pictures import answer_rows, load_pictures
from csea.project import DATABASE
from csea.site.figures import drawing
from csea.views import load_views

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
CSEA = Path(sys.executable).parent / "csea"
SCREENSHOTS = ROOT / "build" / "screenshots"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
PICTURES = [picture.name for picture in load_pictures(ROOT)]
PAGES = {
    "front": "/",
    "database": "/csea",
    "question": "/csea/obligations-scorecard",
    "question-with-boxes": "/csea/cases-by-quarter?platform_id=any&first_year=2013&last_year=2019",
    "sql": "/csea?sql=select+*+from+platforms+limit+5",
    "sql-error": "/csea?sql=select+nonsense",
    "table": "/csea/releases?_size=10",
    "table-filtered": "/csea/milestones?_search=encryption&_sort=due_date",
    "row": "/csea/releases/r0000001",
    "case": "/csea/cases/c000001",
    "correct": "/-/correct/releases/r0000001",
    "correct-column": "/-/correct/releases/r0000001?column=published_date",
    "correct-problems": "/-/correct/releases/r0000001?column=published_date&value=soon&why=A+test.&evidence=nowhere",
    "corrected": "/-/correct/releases/r0000001?column=published_date&value=2001-01-31&why=A+test."
    "&evidence=https://example.org/a",
    "guide": "/-/docs/methodology",
    "downloads": "/-/downloads",
    "versions": "/-/as-of",
    "past": "/-/as-of/0.1.0/obligations",
    "no-such-page": "/a/b/c",
    **{f"picture-{name}": f"/-/pictures/{name}" for name in PICTURES},
}

# Keeps what the pictures' script has Vega draw.
LISTEN = """
let embed;
Object.defineProperty(window, "vegaEmbed", {
  get: () => embed && ((node, spec, options) => { window.given = spec; return embed(node, spec, options); }),
  set: (value) => { embed = value; },
});
"""

if CHROMIUM is None and not os.environ.get("CI"):
    pytest.skip(
        "Chromium is not installed (Debian: apt-get install chromium); browser tests skipped", allow_module_level=True
    )


@pytest.fixture(scope="module")
def address():
    port = free_port()
    command = [CSEA, "serve", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    answers = any("Uvicorn running" in line for line in server.stdout)  # reads until the server says so
    assert answers, "the server stopped before it answered"
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Visit:
    """A page that was opened, with what went wrong on it and what it asked for elsewhere."""

    def __init__(self, browser, address, path, script="", **options):
        self.errors, self.elsewhere = [], []
        self.context = browser.new_context(viewport=WIDE, **options)
        self.context.add_init_script(script)
        self.page = self.context.new_page()
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda request: self._asked(request.url, address))
        self.page.goto(address + path)

    def _said(self, message):
        expected = "the server responded with a status of 4"  # the page itself, where that is what is tested
        if message.type == "error" and expected not in message.text:
            self.errors.append(message.text)

    def _asked(self, url, address):
        if urlsplit(url).scheme not in ("data", "blob") and not url.startswith(address + "/"):
            self.elsewhere.append(url)

    def draw(self):
        """Bring every picture into view, so that those that wait for it are drawn."""
        for figure in self.page.locator("figure.picture").all():
            figure.scroll_into_view_if_needed()
            figure.locator("svg").first.wait_for(timeout=10_000)
        self.page.evaluate("scrollTo(0, 0)")


@pytest.fixture(scope="module", params=PAGES)
def visit(request, browser, address):
    visit = Visit(browser, address, PAGES[request.param])
    visit.name = request.param
    visit.draw()
    yield visit
    visit.context.close()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_page_has_no_serious_fault_of_access_and_fits_its_width(visit, size):
    visit.page.set_viewport_size(size)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    visit.page.screenshot(path=SCREENSHOTS / f"{visit.name}-{size['width']}.jpg", full_page=True)
    # The colours are the same at both widths, and looking through them takes half of the time.
    rules = {"color-contrast": {"enabled": size is WIDE}}
    found = Axe().run(visit.page, options={"resultTypes": ["violations"], "rules": rules}).response["violations"]
    serious = {
        fault["id"]: [node["html"][:200] for node in fault["nodes"]]
        for fault in found
        if fault["impact"] in ("serious", "critical")
    }
    assert serious == {}
    assert visit.page.evaluate("document.scrollingElement.scrollWidth") <= size["width"]


def test_a_page_reports_no_error_to_the_console(visit):
    assert visit.errors == []


def test_a_page_asks_no_other_host_for_anything(visit):
    assert visit.elsewhere == []


def test_a_page_has_one_heading_of_the_first_level_and_a_title(visit):
    assert visit.page.locator("h1").count() == 1
    assert visit.page.title()


def test_the_first_tab_stop_leads_to_the_content_and_each_stop_can_be_seen(visit):
    page = visit.page
    page.set_viewport_size(WIDE)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#content"
    for _ in range(12):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => {
                const stop = document.activeElement;
                const style = getComputedStyle(stop), box = stop.getBoundingClientRect();
                return stop === document.body
                    || (box.width > 0 && (style.outlineStyle !== "none" || style.boxShadow !== "none"));
            }"""
        )
        assert seen, page.evaluate("document.activeElement.outerHTML.slice(0, 200)")


@pytest.fixture(scope="module", params=load_pictures(ROOT), ids=PICTURES)
def drawn(request, browser, address):
    """A picture's page in the dark."""
    visit = Visit(browser, address, f"/-/pictures/{request.param.name}", script=LISTEN, color_scheme="dark")
    visit.picture = request.param
    visit.draw()
    yield visit
    visit.context.close()


def test_a_picture_is_drawn_with_text_for_who_cannot_see_it(drawn):
    figure = drawn.page.locator("figure.picture")
    assert len(figure.locator("[role=img]").first.get_attribute("aria-label") or "") > 40
    assert figure.locator("svg path").count() > 3
    drawn.page.screenshot(path=SCREENSHOTS / f"picture-{drawn.picture.name}-dark.jpg", full_page=True)
    assert drawn.errors == []


def test_a_picture_is_drawn_from_what_the_figures_are_drawn_from(drawn):
    given = drawn.page.evaluate("given")
    with closing(open_readonly(ROOT / DATABASE)) as connection:
        rows = answer_rows(connection, drawn.picture, load_views(ROOT))
    wanted = drawing(drawn.picture, rows, "dark", given["params"][0]["value"])
    for spec in (given, wanted):
        spec["config"].pop("font")  # that of the page, and that of the files
    assert without_shapes(given) == without_shapes(wanted)


def without_shapes(item):
    """The same with no more than the mark where map shapes are: the page names their file, a figure has them in it."""
    if isinstance(item, list):
        return [without_shapes(value) for value in item]
    if not isinstance(item, dict):
        return item
    if "topojson" in str(item.get("format")):
        return {key: value for key, value in item.items() if key not in ("url", "values")}
    return {key: without_shapes(value) for key, value in item.items()}


def test_the_front_page_shows_its_pictures_without_scripts(browser, address):
    visit = Visit(browser, address, "/", java_script_enabled=False)
    widths = [image.bounding_box()["width"] for image in visit.page.locator("figure.picture img").all()]
    visit.page.screenshot(path=SCREENSHOTS / "front-without-scripts.jpg", full_page=True)
    visit.context.close()
    assert len(widths) == 4
    assert min(widths) > 300


def test_a_copy_button_copies_what_it_stands_beside(browser, address):
    visit = Visit(browser, address, "/")
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button = visit.page.locator("[data-copy]").first
    button.click()
    wanted = visit.page.locator(button.get_attribute("data-copy")).inner_text()
    copied = visit.page.evaluate("navigator.clipboard.readText()")
    visit.context.close()
    assert copied.split() == wanted.split()


def test_a_page_on_a_disk_keeps_its_drawn_pictures_and_reports_nothing(browser, tmp_path):
    script = (ROOT / "scripts" / "csea" / "site" / "static" / "pictures.js").as_uri()
    drawn = '<figure class="picture" data-picture="a" data-rows="a.json"><div class="drawing">drawn</div></figure>'
    tag = f'<script src="{script}" defer data-config="picture-config.json" data-vega="vega.js"></script>'
    (tmp_path / "page.html").write_text(f"<!doctype html>{drawn}{tag}", encoding="utf-8")
    page = browser.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto((tmp_path / "page.html").as_uri())
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")  # figures in view are known
    text = page.locator("figure").inner_html()
    page.close()
    assert said == [] and "live" not in text


def test_a_taken_port_gets_one_clear_sentence(address):
    port = address.rsplit(":", 1)[1]
    result = subprocess.run([CSEA, "serve", "--port", port], capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 2
    assert re.fullmatch(rf"csea: Port {port} is taken[^\n]*\n", result.stderr)
