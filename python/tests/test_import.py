"""Workbooks as schools have them, written here with XlsxWriter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import celadon as cd

xlsxwriter = pytest.importorskip("xlsxwriter")
pytest.importorskip("python_calamine")

NAMES = ["赵一", "钱二", "孙三", "李四", "周五", "吴六", "郑七", "王八"]


def workbook(path: Path, sheets: dict[str, list[list[Any]]], merges: dict[str, list[tuple[int, int, int, int, str]]] | None = None) -> Path:
    book = xlsxwriter.Workbook(str(path))
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if value is not None:
                    sheet.write(r, c, value)
        for merge in (merges or {}).get(name, []):
            sheet.merge_range(*merge)
    book.close()
    return path


def school_book(path: Path) -> Path:
    """Title, two header rows with merged groups, sub-items, half marks, letters, statuses, flags, a total and rows of statistics."""
    marks: list[list[Any]] = [
        ["七年级数学期中测试 小题分"],
        ["考号", "姓名", "班级", "选择题", None, "填空题", "解答题", None, "附加题", "总分", "备注"],
        [None, None, None, "1", "2", "3", "21(1)", "21(2)", "22", None, None],
        ["0701", NAMES[0], "1班", "A", "B", 3, 4, 5.5, 2, 20.5, None],
        ["0702", NAMES[1], "1班", "A", "C", 0, 3.5, 6, 0, 12.5, "随班就读"],
        ["0703", NAMES[2], "1班", "B", "B", 3, 4, None, 1, 11, None],
        ["0704", NAMES[3], "1班", "缺考", None, None, None, None, None, None, None],
        ["0705", NAMES[4], "2班", "A", "B", 3, 2, 4, 0, 15, "转入"],
        ["0706", NAMES[5], "2班", "D", "B", "-", 1, 3, 0, 7, None],
        ["0707", NAMES[6], "2班", "A", "B", 3, 4, 6, 3, 99, None],
        ["0708", NAMES[7], "2班", None, None, None, None, None, None, None, "免考"],
        ["平均分", None, None, None, None, 2.4, 3.1, 4.9, 1, 15, None],
        ["注:满分 22 分"],
    ]
    plan: list[list[Any]] = [
        ["双向细目表"],
        ["题号", "题型", "分值", "知识点", "能力层次", "预估难度", "答案"],
        ["1-2", "选择题", 3, "有理数", "理解", 0.8, None],
        ["3", "填空题", 3, "有理数、整式", "掌握", 0.7, None],
        ["21(1)", "解答题", 4, "方程", "运用", 0.6, None],
        ["21(2)", "解答题", 6, "方程", "运用", "较难", None],
        ["22", "附加题", 3, "几何", "运用", 0.3, None],
        ["合计", None, 22],
    ]
    merges = [
        (1, 0, 2, 0, "考号"),
        (1, 1, 2, 1, "姓名"),
        (1, 2, 2, 2, "班级"),
        (1, 3, 1, 4, "选择题"),
        (1, 6, 1, 7, "解答题"),
        (0, 0, 0, 10, "七年级数学期中测试 小题分"),
    ]
    return workbook(path, {"小题分": marks, "双向细目表": plan}, {"小题分": merges})


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = school_book(tmp_path_factory.mktemp("book") / "期中.xlsx")
    return cd.import_workbook(path, key={"1": "A", "2": "B"})


def test_items(imported: Any) -> None:
    items = imported.package["items"].to_dict()
    assert items["id"] == ["1", "2", "3", "21(1)", "21(2)", "22"]
    assert items["full_mark"] == [3, 3, 3, 4, 6, 3]
    assert items["key"][:3] == ["A", "B", None]
    assert items["knowledge"][2] == "有理数;整式"
    assert items["bonus"][-1] is True
    assert items["bonus"][:-1] == [None] * 5
    assert items["step"][4] == 0.5
    assert items["planned_difficulty"][4] is None
    assert imported.package["papers"].to_dict()["full_mark"] == [19]
    assert imported.package["papers"].to_dict()["grade"] == [7]
    assert imported.package["papers"].to_dict()["subject"] == ["数学"]


def test_pupils(imported: Any) -> None:
    responses = imported.package["responses"].to_dict()
    assert responses["student"] == [f"070{k}" for k in range(1, 9)]
    assert responses["status"] == [None, None, None, "缺考", None, None, None, "免考"]
    assert responses["1"] == ["A", "A", "B", None, "A", "D", "A", None]
    assert [None if v is None else float(v) for v in responses["21(2)"]] == [5.5, 6, None, None, 4, 3, 6, None]
    students = imported.package["students"].to_dict()
    assert students["flags"] == [None, "随班就读", None, None, "转入", None, None, None]
    assert students["class"][0] == "1班"


def test_blanks_are_asked_about_and_statuses_are_no_zeros(imported: Any) -> None:
    findings = imported.package.validate()
    asked = [f for f in findings if "blank" in f.code]
    assert asked, findings.codes
    result = cd.evaluate(imported.package, progress=False)
    paper = result.papers[0]
    assert paper["n_pupils"] == 8
    assert paper["n_counted"] == 6
    levels = result.tables["pupil_levels"].to_dict()
    assert levels["points"][3] is None and levels["points"][7] is None
    declared = cd.evaluate(imported.package, blank="omitted", progress=False)
    assert declared.papers[0]["n_counted"] == 6


def test_total_is_checked_against_the_sum(tmp_path: Path) -> None:
    marks: list[list[Any]] = [["学号", "1", "2", "总分"], ["a", 2, 3, 5], ["b", 1, 1, 9], ["c", 0, 2, 2]]
    imported = cd.import_workbook(workbook(tmp_path / "m.xlsx", {"小题分": marks}))
    wrong = [f for f in imported.findings if f.code == "total_of_sheet"]
    assert [f.row for f in wrong] == [3]


def test_what_was_guessed_is_said(imported: Any) -> None:
    guessed = {guess.what: guess for guess in imported.guesses}
    for what in (
        "marks_sheet",
        "blueprint_sheet",
        "header_rows",
        "items",
        "raw_options",
        "summary_rows",
        "note_rows",
        "dashes",
        "difficulty_words",
        "run_marks",
    ):
        assert what in guessed, what
        assert 0 < guessed[what].confidence <= 1
        assert guessed[what].option
        assert guessed[what].text("en") and guessed[what].text("zh-CN")
    assert guessed["header_rows"].value == "2-3"
    assert guessed["marks_sheet"].value == "小题分"


def test_written_package_reads_the_same(imported: Any, tmp_path: Path) -> None:
    again = cd.read_package(imported.write(tmp_path))
    for name in imported.package.names:
        first, second = imported.package[name].to_dict(), again[name].to_dict()
        assert list(first) == list(second)
        for column in first:
            pairs = zip(first[column], second[column], strict=True)
            assert all(a == b or (a is not None and b is not None and float(a) == float(b)) for a, b in pairs), (name, column)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "小题分.csv"
    file.write_text("考号,姓名,第1题(3分),2①,2②\n007,甲,3,1,0.5\n008,乙,缺考,,\n", encoding=encoding)
    imported = cd.import_workbook(file)
    assert imported.package["items"].to_dict()["id"] == ["1", "2(1)", "2(2)"]
    assert imported.package["items"].to_dict()["full_mark"][0] == 3
    assert imported.package["responses"].to_dict()["student"] == ["007", "008"]
    assert imported.package["responses"].to_dict()["status"] == [None, "缺考"]
    assert ("not_utf8_file" in imported.findings.codes) == (encoding == "gb18030")


def test_two_forms(tmp_path: Path) -> None:
    marks: list[list[Any]] = [["学号", "卷别", "1", "2"], *[[f"s{k}", "AB"[k % 2], k % 3, 1] for k in range(10)]]
    package = cd.import_workbook(workbook(tmp_path / "ab.xlsx", {"小题分": marks})).package
    papers = package["papers"].to_dict()["id"]
    assert [p[-1] for p in papers] == ["A", "B"]
    assert set(package["responses"].to_dict()["paper"]) == set(papers)


def test_items_of_which_one_is_answered(tmp_path: Path) -> None:
    marks: list[list[Any]] = [["学号", "1", "2(选做)", "3(选做)"], ["a", 2, 5, None], ["b", 1, None, 4], ["c", 2, 3, None]]
    imported = cd.import_workbook(workbook(tmp_path / "c.xlsx", {"小题分": marks}))
    assert imported.package["items"].to_dict()["choice_group"] == [None, "选做", "选做"]


def test_dates_that_were_item_numbers(tmp_path: Path) -> None:
    import datetime

    file = tmp_path / "d.xlsx"
    book = xlsxwriter.Workbook(str(file))
    sheet = book.add_worksheet("小题分")
    date = book.add_format({"num_format": "m-d"})
    for c, head in enumerate(["学号", "1"]):
        sheet.write(0, c, head)
    sheet.write_datetime(0, 2, datetime.datetime(2024, 2, 1), date)
    sheet.write_datetime(0, 3, datetime.datetime(2024, 2, 2), date)
    for r in range(1, 6):
        sheet.write_row(r, 0, [f"s{r}", r % 2, r % 3, 1])
    book.close()
    assert cd.import_workbook(file).package["items"].to_dict()["id"] == ["1", "2(1)", "2(2)"]


@pytest.mark.parametrize("make", [lambda p: p.write_bytes(b"PK\x03\x04 no workbook"), lambda p: p.write_bytes(b""), lambda p: None])
def test_what_is_no_workbook(tmp_path: Path, make: Any) -> None:
    file = tmp_path / "x.xlsx"
    make(file)
    with pytest.raises(cd.CeladonError) as caught:
        cd.import_workbook(file)
    assert caught.value.code in {"workbook_unreadable", "file_missing"}


def test_a_workbook_without_marks(tmp_path: Path) -> None:
    file = workbook(tmp_path / "n.xlsx", {"通知": [["关于考试的通知"], ["请各班按时交表"]]})
    with pytest.raises(cd.CeladonError) as caught:
        cd.import_workbook(file)
    assert caught.value.code == "no_marks_sheet"


def test_choosing_by_hand(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["学号", "1", "2"], *[[f"s{k}", k % 2, 1] for k in range(6)]]
    file = workbook(tmp_path / "two.xlsx", {"一班": rows, "二班": [["编码", *rows[0][1:]], *rows[1:4]]})
    picked = cd.import_workbook(
        file, marks="二班", id_column="编码", header_rows=(1, 1), paper_name="期末", subject="英语", grade=8, blank="omitted"
    )
    assert picked.package["responses"].n_rows == 3
    assert picked.package["papers"].to_dict()["name"] == ["期末"]
    assert not any(guess.what in {"marks_sheet", "header_rows", "paper_name", "subject", "grade"} for guess in picked.guesses)
    with pytest.raises(ValueError, match="sheet"):
        cd.import_workbook(file, marks="三班")


def test_a_sheet_a_class(tmp_path: Path) -> None:
    head: list[Any] = ["学号", "1", "2"]
    one: list[list[Any]] = [head, *[[f"a{k}", k % 2, 1] for k in range(6)]]
    two: list[list[Any]] = [head, *[[f"b{k}", 1, k % 2] for k in range(5)]]
    other: list[list[Any]] = [["学号", "1", "2", "3"], *[[f"c{k}", 1, 1, 1] for k in range(3)]]
    imported = cd.import_workbook(workbook(tmp_path / "classes.xlsx", {"1班": one, "2班": two, "语文": other}))
    assert imported.package["responses"].n_rows == 11
    assert imported.package["students"].to_dict()["class"] == ["1班"] * 6 + ["2班"] * 5
    guessed = {guess.what: guess.value for guess in imported.guesses}
    assert guessed["joined_sheets"] == "1班、2班"
    assert guessed["unused_sheets"] == "语文"


def test_no_name_in_messages(imported: Any) -> None:
    told = repr(imported) + "".join(g.text("zh-CN") + g.text("en") for g in imported.guesses)
    told += "".join(f.text("zh-CN") + str(f.arguments) for f in [*imported.findings, *imported.package.validate()])
    assert not any(name in told for name in NAMES)
    assert not any(f"070{k}" in told for k in range(1, 9))
