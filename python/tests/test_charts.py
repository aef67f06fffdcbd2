"""Charts of indices from a host's own numbers: each draws itself, keeps its rows, and refuses what does not fit."""

from __future__ import annotations

import json
import math

import pytest

from celadon._celadon import Chart, charts

NONE = math.nan


def made() -> dict[str, Chart]:
    return {
        "profile": charts.profile(
            "各项指标",
            "菱形是本校。",
            [
                ("高层次思维能力", "72%", (0.72, 0.66, 0.78, 0.65, 0.7, 0.75), "0%", "100%", 0),
                ("提出问题", "人数太少", (NONE,) * 6, "0%", "100%", 1),
            ],
            ["本校", "95% 区间", "同类学校", "上一年", "目标"],
        ),
        "caterpillar": charts.caterpillar("t", "d", [-1.0, 0.0, 1.5], [-1.5, -0.5, 1.0], [], 1, 0.0, ["y", "x", "own", "mean"]),
        "gradient": charts.gradient(
            "t", "d", [(-1, 1, 480, 520), (-0.5, 1.5, 470, NONE)], (-1, 1, 485, 515), 0, ["x", "y", "units", "all", "own"]
        ),
        "balance": charts.balance("t", "d", [("学生之间", 0.8, 0.75, 0.85), ("学校之间", 0.2, NONE, NONE)]),
        "tornado": charts.tornado("t", "d", 61.5, [("权重相等", 58.2, 63.4, ""), ("不含睡眠", NONE, 62.0, "名次不变")], 1, ["x", "现行"]),
        "timeline": charts.timeline(
            "t", "d", ["2023", "2024"], [("本校", [0.6, NONE], [0.5, NONE], [0.7, NONE])], 0.75, True, ["y", "目标"]
        ),
    }


@pytest.mark.parametrize("kind", ["profile", "caterpillar", "gradient", "balance", "tornado", "timeline"])
def test_a_chart_draws_itself_and_keeps_its_rows(kind: str) -> None:
    chart = made()[kind]
    assert chart.kind == kind
    for narrow in (False, True):
        drawn = chart.to_svg(narrow=narrow)
        assert drawn.startswith("<svg") and "nan" not in drawn
    rows = chart.table.n_rows
    assert rows == {"profile": 2, "caterpillar": 3, "gradient": 3, "balance": 2, "tornado": 2, "timeline": 2}[kind]
    assert len(json.loads(chart.to_vega())["data"]["values"]) == rows


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="own"):
        charts.caterpillar("t", "d", [0.0], [], [], 1, NONE, ["", "", "", ""])
    with pytest.raises(ValueError, match="lower"):
        charts.caterpillar("t", "d", [0.0, 1.0], [0.0], [], -1, NONE, ["", "", "", ""])
    with pytest.raises(ValueError, match="own"):
        charts.gradient("t", "d", [], (NONE,) * 4, 0, [""] * 5)
    with pytest.raises(ValueError, match="period"):
        charts.timeline("t", "d", ["1", "2"], [("a", [0.5], [], [])], NONE, False, ["", ""])
