"""celadon import | validate | evaluate | report | lint-comments | demo, with typer and with argparse."""

from __future__ import annotations

import json
import re
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


def bank_files(folder: Path) -> tuple[Path, Path, Path]:
    """The shipped rules and sentences as files of a school's own."""
    rules, (chinese, english) = cd._celadon.feedback._default_comment_texts()
    paths = folder / "rules.json", folder / "zh.json", folder / "en.json"
    for path, text in zip(paths, (rules, chinese, english), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


def spoil(path: Path, change: Callable[[Any], None]) -> None:
    value = json.loads(path.read_text(encoding="utf-8"))
    change(value)
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


def test_a_sound_bank_has_no_findings(main: Main, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint-comments"]) == 0
    told = capsys.readouterr().out
    assert "没有发现问题" in told and f"{cd.feedback.default_comment_bank().table.n_rows} 条规则" in told
    assert main(["lint-comments", "--write", str(tmp_path / "own")]) == 0
    written = capsys.readouterr().out.splitlines()
    assert [Path(path).name for path in written] == ["comments.rules.json", "comments.zh-CN.json", "comments.en.json"]
    assert cd.feedback.parse_comment_bank(written[0], written[1:]).hash == cd.feedback.default_comment_bank().hash
    assert main(["lint-comments", "--write", str(tmp_path / "own")]) == 2  # what is there is not written over
    capsys.readouterr()
    assert main(["lint-comments", *written, "--lang", "en"]) == 0
    assert "No findings" in capsys.readouterr().out
    assert main(["lint-comments", "--fields", "--lang", "en"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == cd.feedback.comment_fields().n_rows
    assert any(line.split() == ["point_share", "point", "test", "slot", "pupil"] for line in lines)


def test_a_fault_is_one_line_with_place_reason_and_remedy(main: Main, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules, _, english = bank_files(tmp_path)

    def worse(words: Any) -> None:
        words["messages"]["strength.all"][2] = "{point} was careless with {nothing}."
        words["messages"]["unused"] = ["Nobody says this."]

    spoil(english, worse)
    spoil(rules, lambda value: value["rules"][0]["when"].append("n_points == 2"))
    assert main(["lint-comments", str(english), "--lang", "en"]) == 1  # the other files are the shipped ones
    told = capsys.readouterr().out.splitlines()
    assert len(told) == 4
    assert told[-1] == "3 findings"
    at = {line.split("[")[1].split("]")[0]: line for line in told[:-1]}
    assert set(at) == {"banned_word", "unknown_slot", "not_used"}
    assert at["banned_word"].startswith(f"{english}: strength.all#3 en [banned_word] ")
    assert '"careless"' in at["banned_word"] and "to do:" in at["banned_word"]
    assert at["banned_word"].endswith("Sentence: {point} was careless with {nothing}.")
    assert at["not_used"].startswith(f"{english}: unused en ")
    assert main(["lint-comments", str(rules)]) == 1
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith(f"{rules}: goal.one [never_true] ") and "原因:" in told[0] and "处理:" in told[0]
    assert told[-1] == f"发现 {len(told) - 1} 个问题"
    spoil(rules, lambda value: value["rules"][1]["when"].append("colour == 1"))
    assert main(["lint-comments", str(english), str(rules), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert {fault["file"] for fault in found} == {str(english), str(rules)}
    assert all(fault["what"] and fault["why"] and fault["fix"] for fault in found)


def test_reports_take_the_banks_own_words(main: Main, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, chinese, _ = bank_files(tmp_path)

    def own(words: Any) -> None:
        for message, sentences in words["messages"].items():
            if message.startswith("goal."):
                words["messages"][message] = ["本区说法:" + text for text in sentences]

    spoil(chinese, own)
    page = tmp_path / "page.html"
    for comments, expected in (([], False), (["--comments", str(chinese)], True)):
        assert main(["report", str(data), "--out", str(page), "--pupil", "P0000002", *comments]) == 0
        assert ("本区说法:" in page.read_text(encoding="utf-8")) == expected
    assert main(["evaluate", str(data), "--out", str(tmp_path / "out"), "--comments", str(tmp_path / "nowhere.json")]) == 2
    assert "nowhere.json" in capsys.readouterr().err


def test_every_kind_of_fault_has_words() -> None:
    from celadon._comment_lint import _FAULTS

    header = Path(__file__).parents[2] / "include/celadon/evaluation/feedback/comment_bank.hpp"
    text = header.read_text(encoding="utf-8").split("struct BankProblem")[1].split("std::string kind")[0]
    assert set(re.findall(r'"(\w+)"', text)) == set(_FAULTS)


def test_files_that_are_no_bank_are_named(main: Main, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, chinese, english = bank_files(tmp_path)
    cut = tmp_path / "cut.json"
    cut.write_text(english.read_text(encoding="utf-8")[:-3], encoding="utf-8")
    other = tmp_path / "other.json"
    other.write_text("[]", encoding="utf-8")
    gbk = tmp_path / "gbk.json"
    gbk.write_bytes(chinese.read_text(encoding="utf-8").encode("gb18030"))
    for arguments in ([cut], [other], [gbk], [english, english], [tmp_path / "nowhere.json"]):
        assert main(["lint-comments", *(str(path) for path in arguments)]) == 2
        told = capsys.readouterr()
        assert told.err.startswith("✗") and str(arguments[-1]) in told.err
        assert told.out == ""


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
