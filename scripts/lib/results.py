"""Reads and writes JUnit files for scripts/test: the counts it prints are those of the runs."""

from __future__ import annotations

import os
import pathlib
import sys
import xml.etree.ElementTree as ET


def cases(path: pathlib.Path):
    """Yields (name, state, text) for each test case of a JUnit file; state is passed, failed or skipped."""
    for case in ET.parse(path).getroot().iter("testcase"):
        text = " ".join(filter(None, (case.findtext("system-out"), *(e.get("message") for e in case.iter("skipped")))))
        if case.find("failure") is not None or case.find("error") is not None:
            state = "failed"
        elif case.find("skipped") is not None or case.get("status") in ("notrun", "disabled"):
            state = "skipped"
        else:
            state = "passed"
        yield case.get("name", "?"), state, text


def stage(path: str, name: str, code: str, seconds: str) -> int:
    suite = ET.Element("testsuite", name="stages")
    case = ET.SubElement(suite, "testcase", name=f"stage/{name}", classname="stages", time=seconds)
    if code != "0":
        ET.SubElement(case, "failure", message=f"exit {code}")
    ET.ElementTree(suite).write(path, encoding="utf-8")
    return 0


def reference(path: str) -> int:
    """Fails when the reference data are given and a test skipped for want of them, or when no reference test ran."""
    if not pathlib.Path(path).exists():
        return 1
    all_cases = list(cases(pathlib.Path(path)))
    skipped = [name for name, state, text in all_cases if state == "skipped" and ("reference" in name or "reference data" in text)]
    ran = sum(1 for name, state, _ in all_cases if name.startswith("reference/") and state != "skipped")
    print(f"reference tests: {ran} ran, {len(skipped)} skipped")
    if not os.environ.get("CELADON_REFERENCE_DIR"):
        return 0
    for name in skipped:
        print(f"skipped although the reference data are given: {name}")
    return 1 if skipped else 0


def summary(folder: str) -> int:
    total = {"passed": 0, "failed": 0, "skipped": 0}
    for path in sorted(pathlib.Path(folder).glob("*.xml")):
        try:
            counted = list(cases(path))
        except ET.ParseError:
            print(f"{path.name}: not readable, counted as one failure")
            counted = [(path.name, "failed", "")]
        for name, state, _ in counted:
            total[state] += 1
            if state == "failed":
                print(f"failed: {path.stem}: {name}")
    print(", ".join(f"{n} {state}" for state, n in total.items()))
    return 1 if total["failed"] or not total["passed"] else 0


if __name__ == "__main__":
    sys.exit({"stage": stage, "reference": reference, "summary": summary}[sys.argv[1]](*sys.argv[2:]))
