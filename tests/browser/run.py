"""Looks at report pages in a browser: A4 and phone width, no request to anywhere, nothing that overflows, nothing serious by axe-core;
in print the sheet for the lesson on one A4 page and a pupil's report on two.

The pages are those of `celadon demo` and of the indicators of a simulated city (or --pages FOLDER); one of each kind and language is
looked at. With --shots, screenshots of whole pages land in build/browser, for a person to look at.
"""

from __future__ import annotations

import argparse
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

ROOT = pathlib.Path(__file__).resolve().parents[2]
WIDTHS = {"a4": (794, 1123), "phone": (390, 844)}
LARGEST_FOR_AXE = 480_000


def sample(folder: pathlib.Path) -> list[pathlib.Path]:
    """The first and the last page of each folder: every kind of report is among them. Of the files for the printer, which are a class's
    pupil pages in one, the first."""
    chosen: set[pathlib.Path] = set()
    for parent in {page.parent for page in folder.rglob("*.html")}:
        pages = sorted(parent.glob("*.html"))
        chosen.update({pages[0]} if parent.name == "print" else {pages[0], pages[-1]})
    return sorted(chosen)


def look(page, axe, url: str, shot: pathlib.Path | None, check: bool) -> list[str]:
    problems: list[str] = []
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.set_default_timeout(120_000)  # other stages run beside this one
    page.goto(url)
    problems += [f"asks for {other}" for other in requests if other.split("#")[0] != url and not other.startswith("data:")]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"):
        problems.append("is wider than the window")
    if page.evaluate("document.scripts.length") != 0:
        problems.append("carries a script")
    if not page.evaluate("document.documentElement.lang"):
        problems.append("has no lang")
    if shot:
        page.screenshot(path=str(shot), full_page=True)
    for violation in axe.run(page).response["violations"] if check else []:
        if violation["impact"] in ("serious", "critical"):
            where = "; ".join(str(node["target"]) for node in violation["nodes"][:3])
            problems.append(f"axe {violation['id']} ({violation['impact']}): {where}")
    return problems


# What A4 leaves between the margins of the style sheet, in CSS pixels.
PRINT_WIDTH, PRINT_HEIGHT = round((210 - 28) / 25.4 * 96), round((297 - 26) / 25.4 * 96)


def look_at_print(page, path: pathlib.Path) -> list[str]:
    """How the page prints: the sheet of a class on one page, a pupil's report on two, no row cut off at the side."""
    problems: list[str] = []
    if path.parent.name == "pupil":
        sheets = len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(prefer_css_page_size=True)))
        if not 1 <= sheets <= 2:
            problems.append(f"prints on {sheets} pages")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PRINT_WIDTH, "height": PRINT_HEIGHT})
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"):
        problems.append("is wider than A4 in print")
    if path.parent.name == "class":
        # Everything before the first page break is the sheet.
        height = page.evaluate(
            "(() => { const rest = document.querySelector('section.break');"
            " return rest ? rest.getBoundingClientRect().top : document.body.scrollHeight })()"
        )
        if height > PRINT_HEIGHT:
            problems.append(f"the sheet for the lesson is {height:.0f} px high, A4 has {PRINT_HEIGHT}")
    return problems


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", default="build/results")
    parser.add_argument("--pages")
    parser.add_argument("--shots", action="store_true")
    options = parser.parse_args()
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    output = ROOT / "build" / "browser"
    output.mkdir(parents=True, exist_ok=True)
    if options.pages:
        folder = pathlib.Path(options.pages).resolve()
    else:
        folder = output / "pages"
        command = ROOT / "build" / "python" / "wheel" / "bin" / "celadon"  # where scripts/test-python installs the wheel
        for language in ("zh-CN", "en"):
            subprocess.run([str(command), "demo", "--out", str(folder / language), "--lang", language], check=True)
            script = pathlib.Path(__file__).with_name("indicator_pages.py")
            subprocess.run([str(command.with_name("python")), str(script), language, str(folder / language / "indicators")], check=True)
    pages = sample(folder)
    if not pages:
        print("there are no pages to look at")
        return 1
    suite = ET.Element("testsuite", name="browser")
    failures = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        axe = Axe()
        for path in pages:
            for name, (width, height) in WIDTHS.items():
                if path.parent.name == "print" and name != "a4":
                    continue
                tab = browser.new_page(viewport={"width": width, "height": height})
                label = path.relative_to(folder).as_posix()
                # The rules of axe look at the same document at both widths: on a phone only at the pages that families read there.
                # A "class" of everybody who sat a public test is too large for them; a real class has the same parts.
                check = path.stat().st_size < LARGEST_FOR_AXE and (name == "a4" or path.parent.name == "pupil")
                shot = output / f"{label.replace('/', '_')}-{name}.png" if options.shots else None
                problems = look(tab, axe, path.as_uri(), shot, check)
                if name == "a4":
                    problems += look_at_print(tab, path)
                tab.close()
                case = ET.SubElement(suite, "testcase", name=f"browser/{label}/{name}", classname="browser")
                if problems:
                    failures += 1
                    ET.SubElement(case, "failure", message="; ".join(problems))
                    print(f"{label} at {name}: " + "; ".join(problems))
        browser.close()
    results = pathlib.Path(options.results)
    results.mkdir(parents=True, exist_ok=True)
    ET.ElementTree(suite).write(results / "browser.xml", encoding="utf-8")
    print(f"{len(pages)} pages at {len(WIDTHS)} widths, {failures} with problems")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
