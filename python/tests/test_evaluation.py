"""The whole path in Python: evaluate, tables, statements, reports, sinks, workbooks."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import celadon as cd


def test_every_table_has_rows_and_frames(result: cd.Evaluation) -> None:
    pd, pl = pytest.importorskip("pandas"), pytest.importorskip("polars")
    names = list(result.tables)
    assert {"pupil_items", "pupil_levels", "items", "class_review", "wrong_items", "blueprint_items"} <= set(names)
    for name in names:
        table = result.tables[name]
        frame, other = table.to_pandas(), table.to_polars()
        assert isinstance(frame, pd.DataFrame) and isinstance(other, pl.DataFrame)
        assert frame.shape == other.shape == (table.n_rows, len(table.columns))
        assert table.columns[0] == "paper"
    with pytest.raises(KeyError, match="items"):
        result.tables["none"]


def test_points_are_the_marks(result: cd.Evaluation, city: cd.datasets.City) -> None:
    table = result.tables["pupil_items"].to_dict()
    raw = city["responses"].to_dict()
    key = dict(zip(city["items"].to_dict()["id"], city["items"].to_dict()["key"], strict=True))
    row_of = {student: k for k, student in enumerate(raw["student"])}
    checked = 0
    for student, item, value, full in zip(*(table[c] for c in ("pupil", "item", "points", "full_mark")), strict=True):
        k = row_of[student]
        cell = raw[item][k]
        if raw["status"][k] is not None:
            assert value is None
        elif cell is not None:
            expected = (full if cell == key[item] else 0.0) if key[item] else float(cell)
            assert value == expected
            checked += 1
    assert checked > 5000


def test_levels_by_the_declared_cuts(result: cd.Evaluation) -> None:
    table = result.tables["pupil_levels"].to_dict()
    levels = cd.default_profile()["levels"]["values"]
    shares = [share for share in table["share"] if share is not None]
    assert len(shares) == result.papers[0]["n_counted"]
    for share, level in zip(table["share"], table["level"], strict=True):
        if share is None:
            continue
        wanted = next(entry for entry in levels if round(share, 6) >= entry["from_share"])
        assert level in {wanted["id"], *wanted["name"].values()}


def test_json_is_complete(result: cd.Evaluation) -> None:
    told = json.loads(result.to_json())
    assert told["format"] == "celadon.evaluation"
    assert set(told["tables"]) == set(result.tables)
    assert told["profile"]["hash"] == result.profile_hash
    assert len(result.profile_hash) == 16


def test_every_sentence_can_be_explained(result: cd.Evaluation) -> None:
    reports = [result.pupil_report(0), result.pupil_report(7), result.class_report(0), result.school_report()]
    told = 0
    for report in reports:
        for name, sentence in cd.reports.statements(report):
            assert sentence
            if name:
                why = result.explain(name)
                assert why["id"] == name and why["rule"] and why["profile_hash"] == result.profile_hash
                told += 1
    assert told > 10
    with pytest.raises(cd.CeladonError) as caught:
        result.explain("none/pupil/1/level")
    assert caught.value.code == "unknown_statement"


def test_pages(result: cd.Evaluation) -> None:
    for language in ("zh-CN", "en"):
        for report in (
            result.pupil_report("P0000003", language=language),
            result.class_report(1, language=language),
            result.school_report(0, language=language),
            cd.reports.index_report(result, language=language),
        ):
            page = report.to_html()
            assert f'lang="{language}"' in page
            assert "模拟" in page or "imulated" in page
            assert "<script" not in page and "src=" not in page.replace("srcset", "")
            assert json.loads(report.to_json())["language"] == language
            assert "<iframe" in report._repr_html_()


def test_a_family_page_holds_one_pupil_only(result: cd.Evaluation, city: cd.datasets.City) -> None:
    students = city["students"].to_dict()
    page = result.pupil_report("P0000003").to_html() + result.pupil_report("P0000003").to_json()
    others = [name for student, name in zip(students["id"], students["name"], strict=True) if student != "P0000003"]
    assert not any(name in page for name in others)
    assert not any(word in page for word in ("名次", "排名", "rank", "大多数同学", "most classmates"))


def test_folder_sqlite_and_function_get_the_same_pages(result: cd.Evaluation, tmp_path: Path) -> None:
    pages: dict[str, bytes] = {}
    written = result.write_reports(lambda path, kind, subject, body: pages.__setitem__(path, body), progress=False)
    assert written.pages == len(pages) > 240
    folder = result.write_reports(tmp_path / "out", xlsx=False, progress=False)
    assert folder.index.is_file()
    files = {str(f.relative_to(tmp_path / "out")).replace("\\", "/"): f.read_bytes() for f in (tmp_path / "out").rglob("*.html")}
    assert files == pages
    kept = result.write_reports(tmp_path / "all.sqlite", progress=False)
    with sqlite3.connect(tmp_path / "all.sqlite") as connection:
        rows = dict(connection.execute("SELECT id, body FROM documents"))
    connection.close()
    assert kept.pages == folder.pages == written.pages
    assert rows == pages
    kinds = {path.split("/")[1] for path in pages if "/" in path}
    assert kinds == {"pupil", "class", "school", "print"}


@pytest.mark.parametrize("threads", [1, 3])
def test_same_bytes_for_any_number_of_threads(city: cd.datasets.City, result: cd.Evaluation, threads: int) -> None:
    again = cd.evaluate(city, n_threads=threads, progress=False)
    assert again.to_json() == result.to_json()
    pages: list[dict[str, bytes]] = [{}, {}]
    result.write_reports(lambda path, kind, subject, body: pages[0].__setitem__(path, body), n_threads=2, pupils=False, progress=False)
    again.write_reports(lambda path, kind, subject, body: pages[1].__setitem__(path, body), n_threads=threads, pupils=False, progress=False)
    assert pages[0] == pages[1]
    assert list(pages[0]) == list(pages[1])


def test_what_a_sink_raises_comes_out(result: cd.Evaluation) -> None:
    def full(path: str, kind: str, subject: str, body: bytes) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        result.write_reports(full, progress=False)


def test_workbooks(result: cd.Evaluation, city: cd.datasets.City, tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter")
    calamine = pytest.importorskip("python_calamine")
    written = result.write_reports(tmp_path, pupils=False, progress=False, xlsx=True)
    whole = calamine.CalamineWorkbook.from_path(str(tmp_path / "xlsx" / "tables.xlsx"))
    full = {name for name in result.tables if result.tables[name].n_rows}
    assert set(whole.sheet_names) == full
    for name in full:
        rows = whole.get_sheet_by_name(name).to_python()
        assert rows[0] == result.tables[name].columns
        assert len(rows) == result.tables[name].n_rows + 1
    classes = sorted(city["classes"].to_dict()["id"])
    assert sorted(p.stem for p in written.workbooks if p.parent.name == "class") == classes
    one = calamine.CalamineWorkbook.from_path(str(tmp_path / "xlsx" / "class" / f"{classes[0]}.xlsx"))
    rows = one.get_sheet_by_name("pupil_levels").to_python()
    assert len(rows) == 41


def test_a_name_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter")
    calamine = pytest.importorskip("python_calamine")
    from celadon.xlsx import write_table

    package = cd.Package({"t": {"a": ["=1+1", "http://x", "007"], "b": [1.5, None, float("inf")]}})
    write_table(tmp_path / "t.xlsx", {"t": package["t"]})
    rows = calamine.CalamineWorkbook.from_path(str(tmp_path / "t.xlsx")).get_sheet_by_name("t").to_python()
    assert [row[0] for row in rows] == ["a", "=1+1", "http://x", "007"]
    assert [row[1] for row in rows] == ["b", 1.5, "", "inf"]


def test_choices(city: cd.datasets.City) -> None:
    classical = cd.evaluate(city, calibrate=False, progress=False)
    assert classical.papers[0]["calibrated"] is False
    assert "calibration" in classical.not_evaluated
    rasch = cd.evaluate(city, family="rasch", progress=False)
    assert rasch.papers[0]["model"] == "rasch"
    with pytest.raises(ValueError, match="family"):
        cd.evaluate(city, family="5pl", progress=False)  # type: ignore[arg-type]


def test_a_profile_of_ones_own(city: cd.datasets.City, tmp_path: Path) -> None:
    profile = cd.default_profile()
    text = json.dumps(profile, ensure_ascii=False)
    file = tmp_path / "profile.json"
    file.write_text(text.replace('"id": "', '"id": "own-', 1), encoding="utf-8")
    own = cd.evaluate(city, profile=file, progress=False)
    assert own.profile_hash != cd.evaluate(city, progress=False).profile_hash
    with pytest.raises(cd.CeladonError):
        cd.evaluate(city, profile={"id": "x"}, progress=False)


def test_a_small_class_and_a_ceiling() -> None:
    for n, seed in ((40, 1), (12, 2), (1, 3)):
        rng = np.random.default_rng(seed)
        full = [8, 10, 12, 20]
        answers: dict[str, Any] = {f"q{j}": np.round(f * (1 - 0.1 * rng.random(n))).tolist() for j, f in enumerate(full)}
        items = {"id": list(answers), "full_mark": full}
        told = cd.evaluate({"items": items, "responses": {"student": [f"s{k}" for k in range(n)], **answers}}, progress=False)
        assert told.papers[0]["n_counted"] == n
        assert told.papers[0]["model"] in {"classical", "rasch"}
        assert told.pupil_report(0).to_html()


@pytest.mark.parametrize(
    "answers",
    [
        {"q1": [1] * 20, "q2": [1] * 20},
        {"q1": [0] * 20, "q2": [0] * 20},
        {"q1": [1, 0] * 10},
        {"q1": [None] * 20, "q2": [1, 0] * 10},
        {"q1": [1, 0] * 10, "q2": [1, 0] * 10, "q3": [1, 0] * 10},
    ],
)
def test_degenerate_papers_get_their_report(answers: dict[str, Any]) -> None:
    n = len(answers["q1"])
    told = cd.evaluate({"responses": {"student": [f"s{k}" for k in range(n)], **answers}}, blank="omitted", progress=False)
    assert told.pupil_report(0).to_html()
    assert told.class_report(0).to_html()
    known = set(told.tables["items"].to_dict()["item"])
    # An item that nobody answered may be set aside, never without a word.
    for name in set(answers) - known:
        assert any(name in (f.item, f.column) for f in told.findings), told.findings.codes


@pytest.mark.parametrize(
    ("tables", "code"),
    [
        ({"items": {"id": ["q1"]}}, "missing_table"),
        ({"responses": {"q1": [1, 0]}}, "missing_column"),
        ({"responses": {"student": [], "q1": []}}, "no_persons"),
    ],
)
def test_nothing_to_evaluate(tables: dict[str, Any], code: str) -> None:
    with pytest.raises(cd.CeladonError) as caught:
        cd.evaluate(tables, progress=False)
    assert caught.value.code == code


def test_parts_and_items_of_a_pupil(result: cd.Evaluation) -> None:
    items, parts = result.pupil_items("P0000001").to_dict(), result.pupil_parts(0).to_dict()
    gained = sum(points for points in items["points"] if points is not None)
    of_types = sum(p for p, d in zip(parts["points"], parts["dimension"], strict=True) if d == "item_type")
    assert abs(gained - of_types) < 1e-9
    assert all(low <= share <= high for low, share, high in zip(parts["lower"], parts["share"], parts["upper"], strict=True))
    everybody = result.class_parts().to_dict()
    assert set(everybody["n"]) == {result.papers[0]["n_counted"]}
    with pytest.raises(IndexError):
        result.pupil_items(10_000)
    with pytest.raises(KeyError):
        result.pupil_items("nobody")


def test_step_by_step_is_the_same(result: cd.Evaluation, city: cd.datasets.City) -> None:
    paper = cd.feedback.build_papers(city)[0]
    levels = cd.feedback.pupil_levels(paper)
    whole = result.tables["pupil_levels"].to_dict()
    assert levels.to_dict()["points"] == whole["points"]
    gain = cd.feedback.item_gain_loss(paper, progress=False)
    table = result.tables["pupil_items"].to_dict()
    assert np.allclose(np.nan_to_num(gain.points.ravel(), nan=-1), [-1 if p is None else p for p in table["points"]])
    inside = gain.expected[np.isfinite(gain.expected)]
    assert inside.min() >= 0
    # The sum of expected stands beside the sum of scores.
    used = np.isfinite(gain.expected) & np.isfinite(gain.points)
    assert abs(gain.points[used].sum() / gain.expected[used].sum() - 1) < 0.02
    reviews = cd.feedback.class_reviews(gain)
    assert [review.class_id for review in reviews] == sorted(review.class_id for review in reviews)
    order = reviews[0].to_dict()["recoverable"]
    assert order == sorted(order, reverse=True)
    # Tables that no expected score enters are those of the whole evaluation; observed rates as well.
    for name in ("wrong_items", "talk_groups"):
        tables = [getattr(review, name).to_dict() for review in reviews]
        assert {column: [v for t in tables for v in t[column]] for column in tables[0]} == result.tables[name].to_dict()
    deviations = [review.class_deviations.to_dict() for review in reviews]
    observed = [rate for d in deviations for rate in d["observed_rate"]]
    assert observed == result.tables["class_deviations"].to_dict()["observed_rate"]
    assert all(verdict != "not_tested" for d in deviations for verdict in d["verdict"])


def test_a_class_that_is_everybody_is_tested_against_a_bank_only() -> None:
    rng = np.random.default_rng(5)
    answers = {"student": [f"p{i}" for i in range(30)]} | {f"q{j}": rng.integers(0, 2, 30) for j in range(5)}
    paper = cd.feedback.build_papers({"responses": answers})[0]
    gain = cd.feedback.item_gain_loss(paper, progress=False)
    for external, tested in ((False, False), (True, True)):
        (review,) = cd.feedback.class_reviews(gain, external_items=external)
        verdicts = review.class_deviations.to_dict()["verdict"]
        assert len(verdicts) == 5
        assert all((verdict != "not_tested") == tested for verdict in verdicts)


def test_notebook_pictures(result: cd.Evaluation) -> None:
    for thing in (result, result.tables["items"], result.findings, result.pupil_report(0)):
        assert thing._repr_html_().startswith("<")
    for report in (result.class_report(0), result.school_report()):
        for chart in report.charts:
            assert chart.to_svg().startswith("<svg")
            assert json.loads(chart.to_vega())["$schema"].endswith("v5.json")
            assert chart.table.n_rows > 0


def test_arrow_goes_to_the_others(result: cd.Evaluation) -> None:
    duckdb, pa = pytest.importorskip("duckdb"), pytest.importorskip("pyarrow")
    items = pa.table(result.tables["items"])
    assert duckdb.sql("SELECT count(*) FROM items").fetchall() == [(24,)]
    assert pa.table(result.findings).num_columns == 9
    assert items.column("item").to_pylist() == result.tables["items"].to_dict()["item"]
