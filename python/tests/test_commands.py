"""celadon import | validate | evaluate | report | demo, with typer and with argparse."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

import celadon as cd
from celadon import _cli_argparse

Main = Callable[[Sequence[str] | None], int]


def mains() -> list[Any]:
    found: list[Any] = [pytest.param(_cli_argparse.main, id="argparse")]
    try:
        from celadon import _cli_typer
    except ImportError:
        return found
    return [*found, pytest.param(_cli_typer.main, id="typer")]


@pytest.fixture(params=mains())
def main(request: pytest.FixtureRequest) -> Main:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cd.datasets.make_city(80, seed=2).write(tmp_path_factory.mktemp("city"))


def test_import(main: Main, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "marks.csv"
    source.write_text("考号,1,2(1),2(2),总分\n01,3,2,0.5,5.5\n02,0,缺考,,\n03,1,,1,7\n", encoding="gb18030")
    assert main(["import", str(source), "--out", str(tmp_path / "pack"), "--subject", "数学", "--grade", "8", "--all"]) == 0
    told = capsys.readouterr().out
    assert ("3 名学生" in told and "not_utf8_file" in told and "total_of_sheet" in told and "猜" in told) or "判断" in told
    assert cd.read_package(tmp_path / "pack")["papers"].to_dict()["grade"] == [8]
    assert main(["validate", str(tmp_path / "pack"), "--lang", "en"]) in {0, 1}
    assert "cause" in capsys.readouterr().out


def test_validate(main: Main, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", str(data)]) == 0
    capsys.readouterr()
    assert main(["validate", str(data), "--json"]) == 0
    assert isinstance(json.loads(capsys.readouterr().out), list)
    broken = cd.write_package(tmp_path, {"items": {"id": ["q1"], "full_mark": [1]}})
    assert main(["validate", str(broken)]) == 1


def test_evaluate_and_report(main: Main, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "reports"
    assert main(["evaluate", str(data), "--out", str(out), "--json", "--lang", "en", "--signed-by", "Ms Li"]) == 0
    told = capsys.readouterr().out
    assert "simulated data" in told and str(out / "index.html") in told
    assert (out / "index.html").is_file()
    assert len(list(out.rglob("pupil/*.html"))) == 80
    assert len(list(out.rglob("class/*.html"))) == 2
    assert len(list(out.rglob("print/*.html"))) == 2
    assert list(out.rglob("*.json"))
    one = tmp_path / "one.html"
    assert main(["report", str(data), "--out", str(one), "--pupil", "P0000002"]) == 0
    assert one.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert main(["report", str(data), "--out", str(tmp_path / "c.json"), "--class", "1"]) == 0
    assert json.loads((tmp_path / "c.json").read_text(encoding="utf-8"))["language"] == "zh-CN"
    assert main(["report", str(data), "--out", str(tmp_path / "s.html"), "--school", "1"]) == 0


def test_explain(main: Main, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = cd.evaluate(cd.read_package(data), progress=False)
    name = result.statements("pupil", 0)[0][0]
    assert main(["explain", str(data), name, "--lang", "en"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["id"] == name and told["rule"] and told["evidence"]
    assert main(["explain", str(data), "no/such/sentence"]) == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["evaluate", "nowhere", "--out", "{out}"],
        ["validate", "nowhere"],
        ["report", "{data}", "--out", "{out}/x.html", "--pupil", "nobody"],
        ["report", "{data}", "--out", "{out}/x.html", "--class", "99"],
        ["evaluate", "{data}", "--out", "{out}", "--missing", "9"],
        ["evaluate", "{data}", "--out", "{out}", "--missing", "9=gone"],
        ["evaluate", "{data}", "--out", "{out}", "--profile", "nowhere.json"],
        ["import", "nowhere.xlsx", "--out", "{out}"],
    ],
)
def test_what_goes_wrong_is_one_message(
    main: Main, arguments: list[str], data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filled = [a.format(out=tmp_path, data=data) for a in arguments]
    assert main(filled) in {1, 2}
    told = capsys.readouterr()
    assert told.err.startswith("✗") or "✗" in told.out
    assert "Traceback" not in told.err + told.out


def test_unknown_options(main: Main) -> None:
    for arguments in (["evaluate"], ["fly"], ["validate", ".", "--blank", "nothing"]):
        try:
            code = main(arguments)
        except SystemExit as left:
            code = int(left.code or 0)
        assert code == 2


def test_help_as_a_program() -> None:
    for arguments in (["--help"], ["evaluate", "--help"]):
        done = subprocess.run([sys.executable, "-m", "celadon", *arguments], capture_output=True, text=True, check=False, encoding="utf-8")
        assert done.returncode == 0
        assert "evaluate" in done.stdout


def test_demo(main: Main, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--out", str(tmp_path), "--pupils", "120"]) == 0
    told = capsys.readouterr().out
    assert "模拟数据" in told and str(tmp_path / "city" / "index.html") in told
    assert (tmp_path / "city" / "index.html").is_file()
