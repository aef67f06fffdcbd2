"""The simulated city of indicators: its columns, its truth beside what a scheme finds, determinism, the district that improves."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from conftest import load_json

import celadon as cd

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples" / "python"
Rows = list[dict[str, Any]]


def small(seed: int = 1, n_pupils: int = 5000) -> cd.datasets.IndicatorCity:
    return cd.datasets.make_indicator_city(n_pupils, n_districts=4, n_schools=20, seed=seed)


@pytest.fixture(scope="module")
def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("green_city", EXAMPLES / "green_city.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def city() -> cd.datasets.IndicatorCity:
    return small()


@pytest.fixture(scope="module")
def evaluation(example: ModuleType, city: cd.datasets.IndicatorCity) -> Any:
    return example.evaluate(city, n_threads=1)


@pytest.fixture(scope="module")
def replications(example: ModuleType) -> Rows:
    """Twelve cities beside their truth."""
    cities = [small(seed) for seed in range(20, 32)]
    return [
        {**row, "city": seed, "improved": row["unit"] == c.improved_district, "linked": c.link_errors.get(row["indicator"], 0.0) > 0.0}
        for seed, c in enumerate(cities)
        for row in example.beside_truth(c, example.evaluate(c, n_threads=1))
    ]


def statistics() -> dict[str, str]:
    table = cd.scheme.load(EXAMPLES / "simulated-city-overlay.json").to_dict()
    return dict(zip(table["id"], table["statistic"], strict=True))


def test_it_says_that_it_is_simulated(city: cd.datasets.IndicatorCity) -> None:
    assert city.simulated and city.badge == "模拟数据 / simulated data" and "simulated" in repr(city)
    assert all("模拟" in unit for level in ("school", "district", "city") for unit in set(city.tables["2025"]["pupils"].to_dict()[level]))


def test_columns_are_named_as_the_schemes_name_them(city: cd.datasets.IndicatorCity) -> None:
    frame, wanted = "", set()
    for line in (ROOT / "docs" / "scheme-variables.md").read_text(encoding="utf-8").splitlines():
        frame = line[3:].strip() if line.startswith("## ") else frame
        cells = [cell.strip() for cell in line.split("|")]
        if line.startswith("| `") and "S1" in cells[-2].split():
            wanted.add((frame, cells[1].strip("`")))
    assert len(wanted) == 18
    for tables in city.tables.values():
        for frame, name in wanted:
            columns = city.plausible_values.get(name, [name])
            assert set(columns) <= set(tables[frame].columns), name


def test_pupils_are_as_described(city: cd.datasets.IndicatorCity) -> None:
    pupils = city.tables["2025"]["pupils"]
    grade = pupils["grade"]
    assert pupils.n_rows == 5000 and set(grade.tolist()) == {1, 2, 3, 4, 5}
    tested = np.isfinite(pupils["math_score_pv1"])
    assert np.all(grade[tested] == 4) and 0.9 < np.mean(tested[grade == 4]) < 1
    assert np.all(np.isnan(pupils["motivation_scale"][grade < 3])) and np.mean(np.isnan(pupils["motivation_scale"][grade > 2])) < 0.12
    hours, minutes = pupils["sleep_hours"], pupils["written_homework_minutes"]
    seen = np.isfinite(hours)
    assert np.all(hours[seen] * 2 % 1 == 0) and np.nanmean(hours[grade == 1]) > np.nanmean(hours[grade == 5]) + 0.5
    assert np.nanmean(minutes[grade == 5]) > np.nanmean(minutes[grade == 3]) > 4 * np.nanmean(minutes[grade == 1])
    size = np.unique(np.array(pupils["school"]), return_counts=True)[1]
    assert size.min() < 60 < np.median(size)
    draws = np.column_stack([pupils[name][tested] for name in city.plausible_values["math_score"]])
    between_draws = np.mean(np.var(draws, axis=1, ddof=1))
    assert 0.5 * 34**2 < between_draws < 34**2  # the test's error, less what the conditions know


def test_same_arguments_same_data(example: ModuleType, city: cd.datasets.IndicatorCity, evaluation: Any) -> None:
    again, other = small(), small(seed=2)
    for id in city.periods:
        for name, table in city.tables[id].items():
            assert table.columns == again.tables[id][name].columns
            for column in table.columns:
                assert np.array_equal(
                    np.array(table[column]), np.array(again.tables[id][name][column]), equal_nan=table[column].dtype.kind == "f"
                )
    minutes = [float(np.nansum(c.tables["2026"]["pupils"]["written_homework_minutes"])) for c in (city, other)]
    assert minutes[0] != minutes[1]
    assert city.truth.to_dict()["value"] != other.truth.to_dict()["value"]
    assert example.evaluate(again, n_threads=2).to_dict() == evaluation.to_dict()


def test_every_leaf_that_has_data_is_evaluated(city: cd.datasets.IndicatorCity, evaluation: Any) -> None:
    table, statistic = evaluation.to_dict(), statistics()
    state = {(p, level, i): s for p, level, i, s in zip(table["period"], table["level"], table["indicator"], table["state"], strict=True)}
    true = set(city.truth.to_dict()["indicator"])
    leaves = {id for id, what in statistic.items() if what}
    assert len(leaves) == 50
    no_data = {"g3.sleep.grade9", "g10.g3.sleep.grade9"}  # no grade 9 in a primary school
    for id in leaves:
        at = state["2026", "city", id]
        assert (at == "evaluated") == (id not in no_data), (id, at)
        assert (id in true) == (not id.startswith("g10") and id not in no_data)
    for i, id in enumerate(table["indicator"]):
        if id in leaves and table["state"][i] == "evaluated" and table["hidden"][i] == "shown" and table["level"][i] == "city":
            assert table["low"][i] <= table["value"][i] <= table["high"][i]


def test_cuts_are_local_and_those_of_the_truth(city: cd.datasets.IndicatorCity) -> None:
    scheme = cd.scheme.load(EXAMPLES / "simulated-city-overlay.json")
    assert not scheme.findings and scheme.extends == "shanghai-green-1.0" and scheme.label["zh"] == "示例"
    table = scheme.to_dict()
    cuts = dict(zip(table["id"], table["cut"], strict=True))
    official = cd.scheme.load("shanghai-green-1.0").to_dict()
    published = dict(zip(official["id"], official["cut"], strict=True))
    for subject in ("chinese", "math"):
        assert published[f"g1.attain.{subject}"] is None
        assert cuts[f"g1.attain.{subject}"] == city.standard
    assert all(weight is None for weight in table["weight"])
    jsonschema = pytest.importorskip("jsonschema")
    text = load_json(EXAMPLES / "simulated-city-overlay.json")
    jsonschema.validate(text, load_json(ROOT / "src" / "schemas" / "scheme.schema.json"))
    for id, fields in text["set"].items():
        if "cut" in fields:
            assert "本地" in fields["source"] and "LOCAL" in fields["source"], id


def held(rows: Rows, width: float = 1.0) -> float:
    """Share of intervals, each this many times as wide as it is, that hold the truth."""
    inside = [
        width * (row["low"] - row["value"]) <= row["true_value"] - row["value"] <= width * (row["high"] - row["value"]) for row in rows
    ]
    return float(np.mean(inside))


def test_means_hold_the_truth_as_often_as_promised(replications: Rows) -> None:
    """Means by a binomial 99.9 % band about 0.9. Indices of a unit share their pupils, so two of three intervals count. The band is narrow
    enough to fail: intervals a fifth narrower or wider leave it."""
    statistic = statistics()
    rows = [r for r in replications if statistic[r["indicator"]] == "mean" and not r["linked"] and r["level"] == "school"]
    assert len(rows) > 4500
    band = 3.29 * np.sqrt(0.9 * 0.1 / (2 / 3 * len(rows)))
    assert abs(held(rows) - 0.9) < band
    assert abs(held(rows, 0.8) - 0.9) > band
    assert abs(held(rows, 1.25) - 0.9) > band
    for level in ("district", "city"):
        some = [r for r in replications if statistic[r["indicator"]] == "mean" and not r["linked"] and r["level"] == level]
        assert abs(held(some) - 0.9) < 3.29 * np.sqrt(0.9 * 0.1 / (2 / 3 * len(some))), level


def test_shares_and_spreads_hold_the_truth_at_least_as_often(replications: Rows) -> None:
    """Plausible values know more than the direct estimate uses: these are held more often than promised (docs/evidence)."""
    statistic = statistics()
    for level in ("school", "district", "city"):
        rows = [r for r in replications if statistic[r["indicator"]] != "mean" and not r["linked"] and r["level"] == level]
        band = 3.29 * np.sqrt(0.9 * 0.1 / (2 / 3 * len(rows)))
        assert 0.9 - band < held(rows) < 0.985, level
        assert held(rows, 0.6) < 0.9 - band, level


def test_no_index_is_biased(replications: Rows) -> None:
    """Mean error of an index over the schools of twelve cities, in its standard errors. The share of variance explained is a square, so
    chance makes it too large in a school; those that carry an error of the link are left out."""
    statistic = statistics()
    errors: dict[str, list[float]] = {}
    for row in replications:
        if row["level"] == "school" and not row["linked"] and statistic[row["indicator"]] != "variance_explained":
            errors.setdefault(row["indicator"], []).append(row["value"] - row["true_value"])
    assert len(errors) == 15
    for indicator, error in errors.items():
        assert abs(np.mean(error)) < 4 * np.std(error) / np.sqrt(len(error)), indicator


def test_the_improved_district_is_seen(example: ModuleType, replications: Rows) -> None:
    called = [r for r in replications if r["level"] == "district" and r["change_state"] in ("higher", "lower")]
    right = [r for r in called if r["true_change"] * (1 if r["change_state"] == "higher" else -1) > 0]
    for indicator, sign in (("g4", 1), ("g2.belonging", 1), ("g3.homework", -1)):
        here = [r for r in replications if r["improved"] and r["indicator"] == indicator and r["period"] == "2026"]
        assert all(r["true_change"] * sign > 0 for r in here)
        seen = [r for r in here if r["change_state"] == ("higher" if sign > 0 else "lower")]
        assert len(here) == 12 and len(seen) >= 8, indicator
    assert len([r for r in right if r["improved"]]) > 0.8 * len(called)
    counts = example.changes([{**r, "unit": (r["city"], r["unit"])} for r in replications if r["level"] == "district"])
    assert counts["called"] == len(called) and counts["right"] == len(right)
    # Benjamini-Hochberg at .10 in each of 48 reports: 4.8 reports' worth of false calls on average, at most 13 with 99.9 %.
    assert counts["false_in_a_report"] < 13 / 48
    assert abs(counts["held"] - 0.9) < 0.05


def test_the_truth_of_the_rest_does_not_change(city: cd.datasets.IndicatorCity) -> None:
    truth = city.truth.to_dict()
    rows = list(zip(truth["period"], truth["level"], truth["unit"], truth["indicator"], truth["change"], strict=True))
    moved = {i: sum(change != 0 for p, level, _, at, change in rows if (p, level, at) == ("2026", "school", i)) for i in ("g4", "g6", "g8")}
    assert moved["g6"] == moved["g8"] == 0
    assert 5 <= moved["g4"] <= 12  # the district's seven schools or so, and a few others
    assert all(change is None or np.isnan(change) for p, _, _, _, change in rows if p == "2025")


def test_the_example_runs(example: ModuleType, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    example.main(5000, 20, 3, tmp_path)
    printed = capsys.readouterr().out
    assert printed.startswith("模拟数据 / simulated data")
    for words in ("cuts of attainment: 420, local", "intervals of 90 % that hold the truth", "false calls in a report", "above,"):
        assert words in printed
    for words in ("数学成绩的差别有", "relations, never causes"):
        assert words in printed
    for language in ("zh-CN", "en"):
        assert (tmp_path / language / "index.html").is_file()
        assert len(list((tmp_path / language).glob("*/school/*.html"))) == 20


@pytest.mark.parametrize(
    "options",
    [{"n_pupils": 100}, {"n_districts": 1}, {"n_pupils": 5000, "n_schools": 10, "n_districts": 6}, {"periods": 0}, {"seed": -1}],
)
def test_wrong_arguments(options: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="make_indicator_city"):
        cd.datasets.make_indicator_city(**options)


def test_one_period_and_three() -> None:
    one = cd.datasets.make_indicator_city(1000, n_districts=2, n_schools=8, periods=1)
    three = cd.datasets.make_indicator_city(1000, n_districts=2, n_schools=8, periods=3)
    assert one.periods == ("2025",) and three.periods == ("2025", "2026", "2027")
    assert one.tables["2025"]["pupils"].to_dict() == three.tables["2025"]["pupils"].to_dict()
    truth = three.truth.to_dict()
    assert all(c == 0 for p, c in zip(truth["period"], truth["change"], strict=True) if p == "2027" and c is not None and c == c)
