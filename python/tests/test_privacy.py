"""Nothing personal leaves through a message: every personal field of a package is a canary."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import celadon as cd
from celadon.__main__ import main

CANARY = "金丝雀Canary"


def canaries(n: int, kind: str) -> list[str]:
    return [f"{CANARY}{kind}{k}" for k in range(n)]


@pytest.fixture(scope="module")
def tables() -> dict[str, Any]:
    """Forty pupils; identifiers, names, statuses, remarks and odd answers are canaries, and a lot is wrong with the tables."""
    n = 40
    answers: dict[str, Any] = {f"q{j}": [str((i * (j + 2)) % 3) for i in range(n)] for j in range(6)}
    answers["q0"][3], answers["q1"][4], answers["q2"][5] = f"{CANARY}-answer", "99", "-55"
    students = canaries(n, "id")
    students[7] = students[6]
    status: list[Any] = [None] * n
    status[1], status[2] = f"{CANARY}-status", "缺考"
    return {
        "responses": {"student": students, **answers, "status": status, "total": [77.25] * n},
        "students": {
            "id": [*canaries(n, "id"), f"{CANARY}extra", f"{CANARY}extra"],
            "name": [*canaries(n, "name"), *canaries(2, "more")],
            "class": [f"{CANARY}class{k % 2}" for k in range(n + 2)],
            "school": [f"{CANARY}school"] * (n + 2),
            "weight": [f"{CANARY}weight", *["1"] * (n + 1)],
            "flags": [f"{CANARY}flag"] * (n + 2),
        },
    }


def told_by(call: Callable[[], Any]) -> str:
    try:
        value = call()
    except Exception as problem:  # the message is what is tested
        return str(problem) + repr(problem) + "".join(traceback.format_exception_only(problem))
    return repr(value) + str(value)


def test_messages_and_reprs(tables: dict[str, Any]) -> None:
    package = cd.Package(tables)
    findings = package.validate()
    assert len(findings) > 5
    told = [f.text(language) + repr(f) + str(f) + str(f.arguments) for f in findings for language in ("zh-CN", "en")]
    told += [str((f.table, f.column, f.item)) for f in findings]
    told += [
        repr(package),
        repr(package.dataset),
        repr(package["students"]),
        repr(findings),
        str(findings.to_dict()),
        findings._repr_html_(),
    ]
    result = cd.evaluate(package, blank="omitted", progress=False)
    told += [repr(result), str(result), result._repr_html_(), repr(result.tables), str(result.not_evaluated), repr(result.papers[0])]
    told += [f.text("en") + str(f.arguments) for f in result.findings]
    told += [repr(result.tables[name]) for name in result.tables]
    told += [repr(result.pupil_report(0)), repr(result.class_report(0))]
    assert CANARY not in "".join(told)


def test_pictures_of_tables_leave_names_out(tables: dict[str, Any]) -> None:
    package = cd.Package(tables)
    result = cd.evaluate(package, blank="omitted", progress=False)
    shown = [package["students"], package["responses"], *(result.tables[name] for name in result.tables)]
    for table in shown:
        for picture in (table._repr_html_(), str(table)):
            assert f"{CANARY}id" not in picture, table
            assert f"{CANARY}name" not in picture, table


@pytest.mark.parametrize(
    "call",
    [
        lambda t: cd.evaluate(cd.Package({"students": t["students"]}), progress=False),
        lambda t: cd.evaluate(cd.Package({"responses": {"student": t["students"]["id"]}}), progress=False),
        lambda t: cd.Responses.from_table({"q1": [*["1"] * 300, f"{CANARY}"] * 2, "q2": [f"{CANARY}{k}" for k in range(602)]}),
        lambda t: cd.Package({"responses": {"student": t["students"]["id"], "q": [1]}}),
        lambda t: cd.evaluate(cd.Package(t), progress=False).pupil_report(f"{CANARY}nobody"),
        lambda t: cd.evaluate(cd.Package(t), progress=False, profile={"id": "x"}),
    ],
)
def test_exceptions(tables: dict[str, Any], call: Callable[[dict[str, Any]], Any]) -> None:
    assert CANARY not in told_by(lambda: call(tables))


def test_command_line(tables: dict[str, Any], tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = cd.write_package(tmp_path / "data", tables)
    assert main(["validate", str(folder), "--all"]) in {0, 1}
    assert main(["validate", str(folder), "--json"]) in {0, 1}
    assert main(["evaluate", str(folder), "--out", str(tmp_path / "out"), "--blank", "omitted", "--no-xlsx"]) == 0
    assert main(["report", str(folder), "--pupil", f"{CANARY}nobody", "--out", str(tmp_path / "one.html")]) == 2
    captured = capfd.readouterr()
    assert CANARY not in captured.out + captured.err
    assert len(captured.out) > 100


def test_columns_that_are_declared_public_may_be_shown() -> None:
    tables = {"responses": {"student": ["a", "b", "c"], "q1": ["1", "0", "oddvalue"]}, "items": {"id": ["q1"], "full_mark": [1]}}
    descriptor = {
        "resources": [
            {"name": "responses", "schema": {"fields": [{"name": "q1", "personal": False}, {"name": "student", "personal": True}]}}
        ]
    }
    masked = "".join(f.text("en") + str(f.arguments) for f in cd.Package(tables).validate())
    shown = "".join(f.text("en") + str(f.arguments) for f in cd.Package(tables, descriptor=descriptor).validate())
    assert "oddvalue" not in masked
    assert "oddvalue" in shown
