"""Data packages: files as they come, wide and long, CSV and Parquet, broken and mixed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import celadon as cd
from celadon._csv import read_csv

WIDE: dict[str, Any] = {"student": ["s1", "s2", "s3"], "q1": ["A", "B", None], "q2": [2.5, 0, 3]}
ITEMS: dict[str, Any] = {"id": ["q1", "q2"], "key": ["A", None], "full_mark": [2, 3], "step": [None, 0.5]}


def points(package: cd.Package) -> dict[str, list[Any]]:
    """Marks gained, pupil by pupil, however the answers are written."""
    table = cd.evaluate(package, blank="omitted", calibrate=False, progress=False).tables["pupil_items"].to_dict()
    out: dict[str, list[Any]] = {}
    for student, value in sorted(zip(table["pupil"], table["points"], strict=True), key=lambda pair: pair[0]):
        out.setdefault(student, []).append(value)
    return out


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_written_and_read_again(tmp_path: Path, format: str, city: cd.datasets.City) -> None:
    if format == "parquet":
        pytest.importorskip("pyarrow")
    again = cd.read_package(city.write(tmp_path, format=format))
    assert again.names == city.names
    assert again.simulated
    for name in city.names:
        first, second = city[name].to_dict(), again[name].to_dict()
        assert list(first) == list(second)
        for column in first:
            pairs = zip(first[column], second[column], strict=True)
            assert all(a == b or (a is not None and b is not None and float(a) == float(b)) for a, b in pairs), (name, column)


def test_wide_and_long_give_the_same() -> None:
    wide = cd.Package({"items": ITEMS, "responses": WIDE})
    long = cd.Package(
        {
            "items": ITEMS,
            "responses": {
                "student": ["s1", "s1", "s2", "s2", "s3", "s3"],
                "item": ["q1", "q2"] * 3,
                "value": ["A", "2.5", "B", "0", None, "3"],
            },
        }
    )
    assert points(wide) == points(long)
    assert points(wide)["s1"] == [2.0, 2.5]


def test_options_and_marks_give_the_same() -> None:
    raw = cd.Package({"items": ITEMS, "responses": WIDE})
    marks = cd.Package({"items": {**ITEMS, "key": [None, None]}, "responses": {**WIDE, "q1": [2, 0, None]}})
    assert points(raw) == points(marks)


def test_findings_name_row_column_and_cure() -> None:
    package = cd.Package(
        {
            "items": ITEMS,
            "responses": {"student": ["s1", "s1", "s2"], "q1": ["A", "B", "Z"], "q2": [1, 2, 99]},
        }
    )
    findings = package.validate()
    table = findings.to_dict()
    assert list(table) == ["severity", "code", "table", "row", "column", "item", "value", "cause", "fix"]
    assert all(table["cause"]) and all(table["fix"])
    assert {1, 2, 3} >= {row for row in table["row"] if row is not None}
    for language in ("zh-CN", "en"):
        assert all(f.cause(language) and f.fix(language) for f in findings)
    assert "duplicate" in " ".join(findings.codes)


def write(folder: Path, **files: bytes) -> Path:
    for name, data in files.items():
        (folder / f"{name}.csv").write_bytes(data)
    return folder


def test_encodings(tmp_path: Path) -> None:
    text = "student,姓名,q1,q2\n001,张三,1,0\n002,李四,1,1\n"
    expected = None
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        folder = tmp_path / encoding
        folder.mkdir()
        package = cd.read_package(write(folder, responses=text.encode(encoding)))
        table = package["responses"].to_dict()
        expected = expected or table
        assert table == expected
        assert table["student"] == ["001", "002"]


def test_both_encodings_in_one_file(tmp_path: Path) -> None:
    data = "student,班,q1\n1,一班,1\n".encode() + "2,二班,0\n".encode("gb18030") + "3,三班,1\n".encode()
    package = cd.read_package(write(tmp_path, responses=data))
    assert package["responses"].to_dict()["班"] == ["一班", "二班", "三班"]
    assert [(f.code, f.row) for f in package.findings] == [("mixed_encoding", 2)]


@pytest.mark.parametrize(
    ("data", "code", "severity"),
    [
        (b"student,q1\n1,1\n2\n3,0,7\n", "csv_cells", "warning"),
        (b'student,q1\n1,1\n2,"0\n', "csv_broken", "error"),
        (b"", "empty_file", "error"),
        (b"student,q1,q1\n1,1,0\n2,0,1\n", "renamed_column", "warning"),
        (b"student,,q1\n1,x,0\n2,y,1\n", "unnamed_column", "note"),
        (b"student,q1\n\xff\xfe\x80\x81\x20,1\n", None, None),
    ],
)
def test_broken_csv(data: bytes, code: str | None, severity: str | None) -> None:
    _, findings = read_csv(data, "responses")
    if code is not None:
        assert [(f.code, f.severity) for f in findings if f.code == code][:1] == [(code, severity)]
    assert all(f.table == "responses" for f in findings)


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_bytes_give_columns_or_a_finding(data: bytes) -> None:
    columns, findings = read_csv(data, "responses")
    assert columns or findings or not data.strip() or b"\n" not in data
    assert len({len(values) for _, _, values, _ in columns}) <= 1


def test_truncated_parquet(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    folder = cd.write_package(tmp_path, {"items": ITEMS, "responses": WIDE}, format="parquet")
    file = folder / "responses.parquet"
    file.write_bytes(file.read_bytes()[:-20])
    package = cd.read_package(folder)
    assert "parquet_broken" in package.findings.codes
    assert "items" in package and "responses" not in package
    assert not package.validate().ok
    with pytest.raises(cd.CeladonError) as caught:
        cd.evaluate(package, progress=False)
    assert caught.value.code == "missing_table"


@pytest.mark.parametrize("path", ["../secret.csv", "/etc/passwd", "http://example.org/a.csv", "a/../../b.csv", ""])
def test_paths_stay_inside(tmp_path: Path, path: str) -> None:
    descriptor = {"resources": [{"name": "responses", "path": path}, {"name": "items", "path": "items.csv"}]}
    (tmp_path / "datapackage.json").write_text(json.dumps(descriptor))
    write(tmp_path, items=b"id,full_mark\nq1,1\n")
    package = cd.read_package(tmp_path)
    assert package.names == ["items"]
    assert set(package.findings.codes) == {"unsafe_path"}


@pytest.mark.parametrize("text", ["{", "[]", '{"resources": 3}', '"x"', ""])
def test_a_broken_descriptor_is_a_finding(tmp_path: Path, text: str) -> None:
    (tmp_path / "datapackage.json").write_text(text)
    package = cd.read_package(write(tmp_path, responses=b"student,q1\n1,1\n2,0\n"))
    assert package.names == ["responses"]
    assert "package_unreadable" in package.findings.codes


def test_nothing_to_read(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(cd.CeladonError) as caught:
            cd.read_package(folder)
        assert caught.value.code in cd._celadon.code_names()


def test_a_column_keeps_its_leading_zeros() -> None:
    columns, _ = read_csv(b"a,b,c\n007,1,1.5\n010,2,2\n", "t")
    assert [(name, kind) for name, kind, _, _ in columns] == [("a", "text"), ("b", "integer"), ("c", "number")]


def test_frames_are_tables() -> None:
    pd, pl = pytest.importorskip("pandas"), pytest.importorskip("polars")
    for frame in (pd.DataFrame(WIDE), pl.DataFrame(WIDE, strict=False)):
        package = cd.Package({"items": ITEMS, "responses": frame})
        assert points(package) == points(cd.Package({"items": ITEMS, "responses": WIDE}))
