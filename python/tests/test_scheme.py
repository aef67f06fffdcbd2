"""Schemes: shipped ones, overlays, evaluation against NumPy, what is missing, the schema."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import celadon as cd

SOURCE = Path(__file__).resolve().parents[2] / "src"
HEAD = {"format": "celadon.scheme", "version": 1, "id": "t", "edition": "1", "name": {"zh": "测", "en": "t"}}


def leaf(id: str, **fields: Any) -> dict[str, Any]:
    return {"id": id, "name": {"zh": id, "en": id}, **fields}


def city(seed: int = 1, n: int = 600) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    school = rng.integers(0, 12, n)
    effect = rng.normal(0, 20, 12)
    truth = 500 + effect[school] + rng.normal(0, 80, n)
    return {
        "school": [f"s{k:02d}" for k in school],
        "district": [f"d{k % 3}" for k in school],
        "pv1": truth + rng.normal(0, 30, n),
        "pv2": truth + rng.normal(0, 30, n),
        "sleep_hours": np.where(rng.random(n) < 0.1, np.nan, rng.normal(8.5, 1, n)),
        "w": rng.uniform(0.5, 2, n),
    }


def test_means_shares_and_the_index_above_them() -> None:
    data = city()
    scheme = cd.scheme.parse(
        {
            **HEAD,
            "nodes": [
                leaf("top", aggregation="arithmetic", weights={"mean": 0.25, "share": 0.75}),
                leaf("mean", parent="top", statistic="mean", variable="score", goalposts=[0, 1000]),
                leaf("share", parent="top", statistic="share_at_least", variable="score", cut=520, goalposts=[0, 1]),
            ],
        }
    )
    assert not scheme.findings
    period = cd.scheme.Period("2026")
    period.add(data, weight="w", plausible_values={"score": ["pv1", "pv2"]})
    frame = cd.scheme.evaluate(scheme, [period], audience="teacher").to_dict()
    rows = {(frame["level"][i], frame["unit"][i], frame["indicator"][i]): i for i in range(len(frame["unit"]))}
    for unit in sorted(set(data["school"])):
        inside = np.array(data["school"]) == unit
        w = data["w"][inside]
        mean = np.mean([np.average(data[pv][inside], weights=w) for pv in ("pv1", "pv2")])
        share = np.mean([np.average(data[pv][inside] >= 520, weights=w) for pv in ("pv1", "pv2")])
        assert frame["value"][rows["school", unit, "mean"]] == pytest.approx(mean, abs=1e-9)
        assert frame["value"][rows["school", unit, "share"]] == pytest.approx(share, abs=1e-12)
        top = rows["school", unit, "top"]
        assert frame["value"][top] == pytest.approx(0.025 * mean + 75 * share, abs=1e-9)
        assert frame["low"][top] < frame["value"][top] < frame["high"][top]


def test_shipped_schemes_fit_their_schema() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((SOURCE / "schemas" / "scheme.schema.json").read_text(encoding="utf-8"))
    for id in cd.scheme.shipped():
        text = (SOURCE / "schemes" / f"{id}.json").read_text(encoding="utf-8")
        jsonschema.validate(json.loads(text), schema)
        scheme = cd.scheme.load(id)
        assert scheme.id == id
        assert not scheme.findings


def test_no_weights_where_none_are_published() -> None:
    for id in ("shanghai-green-1.0", "shanghai-green-3.0-2024", "moe-2013", "compulsory-quality-2021", "kindergarten-quality-2022"):
        table = cd.scheme.load(id).to_dict()
        assert all(weight is None for weight in table["weight"]), id


def test_what_is_missing_is_said() -> None:
    period = cd.scheme.Period("2026")
    period.add(city(), weight="w")
    result = cd.scheme.evaluate(cd.scheme.load("shanghai-green-1.0"), [period])
    states = set(result.to_dict()["state"])
    assert {"profile", "not_in_data"} <= states
    texts = [f.text("zh-CN") + f.text("en") for f in result.findings]
    assert texts
    assert not any("?" in text for text in texts)
    sleep = [i for i, v in enumerate(result.to_dict()["state"]) if v == "evaluated"]
    assert all(result.to_dict()["se"][i] is None or result.to_dict()["se"][i] > 0 for i in sleep)


def test_a_mistake_names_line_and_path() -> None:
    text = json.dumps({**HEAD, "nodes": [leaf("a", statistic="meen", variable="x")]}, indent=1)
    finding = cd.scheme.parse(text).findings[0]
    assert finding.code == "scheme_unknown_statistic"
    assert finding.arguments["path"] == "/nodes/0"
    line = text.splitlines()[int(finding.arguments["line"]) - 1]
    assert "meen" in line


def test_changes_over_periods() -> None:
    scheme = cd.scheme.parse({**HEAD, "nodes": [leaf("mean", statistic="mean", variable="x")]})
    rng = np.random.default_rng(3)
    periods = []
    for id, shift in (("2025", 0.0), ("2026", 1.0)):
        period = cd.scheme.Period(id, ["school", "city"])
        period.add({"school": ["a"] * 200 + ["b"] * 200, "x": rng.normal(shift, 1, 400)})
        period.add_link_error("mean", 0.05)
        periods.append(period)
    table = cd.scheme.evaluate(scheme, periods).to_dict()
    rows = [i for i, p in enumerate(table["period"]) if p == "2026"]
    assert [table["change_state"][i] for i in rows] == ["higher"] * 3
    first = {u: i for i, u in enumerate(table["unit"]) if table["period"][i] == "2025"}
    for i in rows:
        before = first[table["unit"][i]]
        assert table["change_se"][i] == pytest.approx(math.hypot(table["se"][i], table["se"][before], 0.05), abs=1e-12)


def test_units_and_those_like_them() -> None:
    scheme = cd.scheme.parse({**HEAD, "nodes": [leaf("mean", statistic="mean", variable="pv1")]})
    period = cd.scheme.Period("2026")
    data = city()
    period.add(data, weight="w")
    result = cd.scheme.evaluate(scheme, [period])
    schools = result.units(0, "school")
    assert sorted(schools) == sorted(set(data["school"])) and result.units(0, "city") == ["city"]
    for wrong in ((1, "school"), (0, "province")):
        with pytest.raises(ValueError, match="no such period or level"):
            result.units(*wrong)
    at = {school: 1.7 ** int(school[1:]) for school in schools[1:]}
    like = cd.scheme.like_units(result, {school: [x] for school, x in at.items()}, n_like=3)
    for place, school in enumerate(schools):
        near = [schools[k] for k in like.like[place] if k >= 0]
        assert near == sorted(at.keys() - {school}, key=lambda other: abs(at[other] - at[school]))[:3] if school in at else near == []
    table = like.to_dict()
    assert schools[0] not in table["unit"] or table["state"][table["unit"].index(schools[0])] == "not_compared"
    values = dict(zip(*(result.to_dict()[name] for name in ("unit", "value")), strict=True))
    for unit, mean in zip(table["unit"], table["like_mean"], strict=True):
        if mean is not None:
            near = [schools[k] for k in like.like[schools.index(unit)]]
            assert mean == pytest.approx(np.mean([values[n] for n in near]), abs=1e-9)


def test_threads_change_nothing() -> None:
    scheme = cd.scheme.parse(
        {**HEAD, "nodes": [leaf("mean", statistic="mean", variable="pv1"), leaf("icc", statistic="icc", variable="pv1", between="school")]}
    )
    period = cd.scheme.Period("2026")
    period.add(city(n=3000), weight="w")
    first, second = (cd.scheme.evaluate(scheme, [period], n_threads=n).to_dict() for n in (1, 4))
    assert first == second


def test_bad_data_raise() -> None:
    period = cd.scheme.Period("2026", ["school"])
    with pytest.raises(cd.CeladonError) as caught:
        period.add({"x": [1.0]})
    assert caught.value.code == "scheme_frame_invalid"
    with pytest.raises(cd.CeladonError):
        cd.scheme.parse("{")
    with pytest.raises(ValueError, match="estimand"):
        period.add({"school": ["a"], "x": [1.0]}, estimand="census")  # type: ignore[arg-type]
