"""Standard setting by hand, by closed forms and by published tables; the same from every kind of table; what is refused."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import celadon as cd
from celadon import standard_setting as ss

YES_NO = [[1, 1, 0], [1, 0, 0], [1, 1, 1]]
#: Shrout & Fleiss (1979), table 2: six targets by four judges; here judges are rows.
SHROUT_FLEISS = np.array([[9, 6, 8, 7, 10, 6], [2, 1, 4, 1, 5, 2], [5, 3, 6, 2, 6, 4], [8, 2, 8, 6, 9, 7]])
PANEL: dict[str, list[Any]] = {
    "q1": [0.9, 0.7, 0.8, 0.6],
    "q2": [None, 0.6, 0.5, 0.4],
    "q3": [0.4, 0.2, None, 0.3],
    "q4": [0.5, 0.5, None, 0.2],
}


def rasch(difficulties: list[float]) -> cd.irt.Model:
    return cd.irt.Model([cd.irt.ItemParameters(f"q{j + 1}", "rasch", 1.0, [-b]) for j, b in enumerate(difficulties)])


def as_array(panel: dict[str, list[Any]]) -> np.ndarray[Any, Any]:
    out: np.ndarray[Any, Any] = np.array([[np.nan if cell is None else cell for cell in column] for column in panel.values()]).T
    return out


def test_yes_no_by_hand() -> None:
    cut = ss.angoff(YES_NO, kind="yes_no", items=["a", "b", "c"])
    assert cut.cut == pytest.approx(2.0, abs=1e-14)
    assert cut.judge_cuts == pytest.approx([2.0, 1.0, 3.0], abs=1e-14)
    assert cut.se == pytest.approx(1 / math.sqrt(3), abs=1e-14)
    assert cut.mean_absolute_deviation == pytest.approx(2 / 3, abs=1e-14)
    assert cut.mean_absolute_difference == pytest.approx(4 / 9, abs=1e-14)
    assert cut.items["item"].tolist() == ["a", "b", "c"]
    assert cut.items["mean"] == pytest.approx([1.0, 2 / 3, 1 / 3])
    assert cut.judges["deviation"] == pytest.approx([0.0, -1.0, 1.0])
    assert (cut.n_judges, cut.n_tables, cut.n_missing) == (3, 0, 0)
    assert [f.code for f in cut.findings] == ["constant_ratings"]
    assert cut.to_dict()["cut"] == [pytest.approx(2.0)]


def test_marks_and_shares_give_the_same_cut() -> None:
    full = [2.0, 10.0]
    marks = ss.angoff([[1.0, 6.0], [2.0, 4.0]], kind="marks", full_marks=full)
    shares = ss.angoff([[0.5, 0.6], [1.0, 0.4]], full_marks=full)
    assert marks.cut == pytest.approx(6.5, abs=1e-14)
    assert shares.cut == pytest.approx(6.5, abs=1e-14)
    assert marks.full_mark == 12.0
    assert marks.se == pytest.approx(0.5, abs=1e-13)
    assert marks.judge_cuts == pytest.approx([7.0, 6.0], abs=1e-13)
    by_id = ss.angoff({"a": [1.0, 2.0], "b": [6.0, 4.0]}, kind="marks", full_marks={"b": 10, "a": 2})
    assert by_id.cut == marks.cut


def test_missing_ratings_are_no_zeros() -> None:
    x = as_array(PANEL)
    cut = ss.angoff(x)
    assert cut.cut == pytest.approx(np.nanmean(x, axis=0).sum(), abs=1e-14)
    assert cut.n_missing == 3
    assert cut.judges["deviation"][2] == pytest.approx(0.1, abs=1e-13)  # .025 above the panel's .75 and .5 on average, over four items

    def weighted(weights: np.ndarray[Any, Any]) -> float:
        there = ~np.isnan(x)
        return float(((np.where(there, x, 0) * weights[:, None]).sum(0) / (there * weights[:, None]).sum(0)).sum())

    steps = [(weighted(1 + 1e-6 * e) - weighted(1 - 1e-6 * e)) / 2e-6 for e in np.eye(4)]
    assert cut.se == pytest.approx(math.sqrt(4 / 3 * sum(u * u for u in steps)), abs=1e-8)


def test_the_same_from_every_kind_of_table() -> None:
    expected = ss.angoff(PANEL)
    x = as_array(PANEL)
    tables: list[Any] = [x, x.tolist(), np.ma.masked_invalid(x), np.asfortranarray(x), [dict(zip(PANEL, row, strict=True)) for row in x]]
    for given in tables:
        assert ss.angoff(given).cut == expected.cut
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(PANEL)
    assert ss.angoff(frame).cut == expected.cut
    assert ss.angoff(frame.astype("Float64")).se == expected.se
    assert ss.angoff(frame[["q4", "q2", "q1", "q3"]], items=["q1", "q2", "q3", "q4"]).to_dict() == expected.to_dict()
    named = frame.assign(judge=["a", "b", "c", "d"])
    assert ss.angoff(named, items=PANEL).se == expected.se
    pl = pytest.importorskip("polars")
    assert ss.angoff(pl.DataFrame(PANEL)).se == expected.se
    pa = pytest.importorskip("pyarrow")
    assert ss.angoff(pa.table(PANEL)).se == expected.se
    yes_no = pd.DataFrame(YES_NO, columns=["a", "b", "c"]).astype(bool)
    assert ss.angoff(yes_no, kind="yes_no").cut == ss.angoff(YES_NO, kind="yes_no").cut
    assert ss.angoff(frame).judges.to_pandas()["cut"].tolist() == expected.judge_cuts.tolist()


def test_tables_that_talked_are_the_units_of_error() -> None:
    rng = np.random.default_rng(3)
    x = np.clip(0.5 + rng.normal(0, 0.06, 4).repeat(3)[:, None] + rng.normal(0, 0.02, (12, 5)), 0, 1)
    alone = ss.angoff(x)
    cut = ss.angoff(x, tables=[f"table {j // 3}" for j in range(12)])
    means = x.sum(1).reshape(4, 3).mean(1)
    assert cut.n_tables == 4
    assert cut.se == pytest.approx(means.std(ddof=1) / 2, rel=1e-9)
    assert cut.se > alone.se == pytest.approx(x.sum(1).std(ddof=1) / math.sqrt(12), rel=1e-9)
    with pytest.raises(ValueError, match="tables: row 2"):
        ss.angoff(x, tables=["a", None, *"bbbbbbbbbb"])


def test_published_agreement() -> None:
    c = ss.judge_item_components(SHROUT_FLEISS, kind="marks", full_marks=[10] * 6)
    assert c.icc_single == pytest.approx(0.29, abs=0.005)
    assert c.icc_panel == pytest.approx(0.62, abs=0.005)
    assert 100 * (c.residual + 6 * c.judge) == pytest.approx(32.49, abs=0.005)
    assert 100 * (c.residual + 4 * c.item) == pytest.approx(11.24, abs=0.005)
    assert c.to_dict()["source"] == ["judge", "item", "residual"]
    assert ss.angoff(SHROUT_FLEISS, kind="marks", full_marks=[10] * 6).components.icc_single == c.icc_single
    with pytest.raises(cd.CeladonError) as caught:
        ss.judge_item_components(SHROUT_FLEISS[:1] / 10)
    assert caught.value.code == "single_judge"


def test_rounds_and_levels() -> None:
    first, second = [[0.2, 0.4], [0.6, 0.8], [0.4, 0.6]], [[0.3, 0.5], [0.5, 0.7], [0.4, 0.6]]
    rounds = ss.angoff_rounds([first, second], tables=iter("abc"))
    assert len(rounds) == 2
    (change,) = rounds.changes
    assert (change.n_judges, change.n_moved) == (3, 2)
    assert change.mean_absolute == pytest.approx(0.4 / 3, abs=1e-13)
    assert change.sd_after == pytest.approx(0.5 * change.sd_before, abs=1e-13)
    assert rounds.to_dict()["change"][0] is None
    assert ss.round_change(*rounds.rounds).to_dict() == change.to_dict()
    low, high = [[0.2, 0.4], [0.3, 0.3]], [[0.6, 0.8], [0.2, 0.3]]
    levels = ss.angoff_levels([low, high])
    assert [f.severity for f in levels.findings] == ["warning"] and levels.findings[0].row == 2
    assert [cut.cut for cut in levels.levels] == pytest.approx([0.6, 0.95])
    assert ss.angoff_levels([high, low]).findings[0].severity == "error"
    with pytest.raises(cd.CeladonError) as caught:
        ss.angoff_rounds([first, [[0.2], [0.3], [0.4]]])
    assert (caught.value.code, caught.value.table) == ("invalid_argument", "2")


def test_consistency() -> None:
    b = [-1.5, -0.5, 0.3, 1.2]
    follows = [1 / (1 + math.exp(v - 0.7)) for v in b]
    frame = {f"q{j + 1}": [follows[j]] for j in (3, 1, 0, 2)}  # another order than the model's
    result = ss.latent_consistency({"judge": ["a"], **frame}, rasch(b))
    assert result.ability == pytest.approx([0.7], abs=1e-9)
    assert result.consistency == pytest.approx([1.0], abs=1e-9)
    assert result.mean_consistency == pytest.approx(1.0, abs=1e-9)
    assert ss.latent_consistency([[0.6, 0.4]], rasch([0.0, 0.0])).consistency == pytest.approx([0.8], abs=1e-12)
    panel = {f"q{j + 1}": [0.8 - 0.2 * j, 0.2 + 0.2 * j, 0.5] for j in range(4)}
    against = ss.difficulty_consistency(panel, {"q4": 0.3, "q3": 0.5, "q2": 0.7, "q1": 0.9})
    assert against.correlation[:2] == pytest.approx([1.0, -1.0], abs=1e-12)
    assert np.isnan(against.correlation[2]) and [f.code for f in against.findings] == ["constant_ratings"]
    with pytest.raises(ValueError, match="q4"):
        ss.difficulty_consistency(panel, {"q1": 0.9, "q2": 0.7, "q3": 0.5})


def test_ability_of_a_cut() -> None:
    cut = ss.ability_of_cut(rasch([1.0, 1.0]), 1.5, 0.3)
    assert cut.ability == pytest.approx(1 + math.log(3), abs=1e-12)
    assert cut.slope == pytest.approx(0.375, abs=1e-12)
    assert cut.se == pytest.approx(0.8, abs=1e-11)
    assert cut.sem_raw == pytest.approx(math.sqrt(0.375), abs=1e-12)
    assert math.isnan(ss.ability_of_cut(rasch([1.0, 1.0]), 1.5).se)
    marks = ss.ability_of_cut(rasch([1.0, 1.0]), 6.0, 1.2, points=[[0, 4], [0, 4]], full_mark=8)
    assert [marks.ability, marks.se] == pytest.approx([cut.ability, cut.se])
    with pytest.raises(cd.CeladonError) as caught:
        ss.ability_of_cut(rasch([0.0]), 1.0, 0.1)
    assert caught.value.code == "cut_outside_scale"
    with pytest.raises(cd.CeladonError):
        ss.ability_of_cut(rasch([1.0, 1.0]), 1.5, 0.3, full_mark=100)


def test_panels_and_order() -> None:
    both = ss.across_panels([61.0, 65.0], [1.0, 2.0])
    assert [both.cut, both.se, both.lowest, both.highest] == pytest.approx([63.0, 2.0, 61.0, 65.0])
    assert both.se_within == pytest.approx(math.sqrt(5) / 2)
    assert both.between_variance == pytest.approx(5.5)
    assert math.isnan(ss.across_panels([61.0]).se)
    found = ss.check_ascending([10.0, None, 20.0, 15.0], "panel")
    assert found.codes == ["cuts_not_ascending"] and not found.ok
    assert ss.check_ascending([10.0, 20.0]).ok


@pytest.mark.parametrize("kind", ["rows", "array", "pandas"])
def test_bookmark_by_hand(kind: str) -> None:
    model = rasch([2.0, -1.0, 0.0, 1.0, -2.0])
    booklet = ss.ordered_item_booklet(model)
    shift = math.log(2)
    assert booklet.location == pytest.approx(np.arange(-2, 3) + shift, abs=1e-12)
    assert booklet.to_dict()["item"] == ["q5", "q2", "q3", "q4", "q1"]
    pages: Any = [[3, 5], [4, 6], [4, 5], [None, 6], [3, 6]]
    if kind == "array":
        pages = np.array(pages, dtype=float)
    elif kind == "pandas":
        pages = pytest.importorskip("pandas").DataFrame(pages, columns=["pass", "good"])
    result = ss.bookmark(model, booklet, pages)
    assert result.median == pytest.approx([-0.5 + shift, 2 + shift], abs=1e-12)
    assert result.mean_se[0] == pytest.approx(math.sqrt(1 / 12), abs=1e-12)
    assert result.judge_cuts.shape == (5, 2) and np.isnan(result.judge_cuts[3, 0])
    expected = sum(1 / (1 + math.exp(b - result.median[0])) for b in (-2, -1, 0, 1, 2))
    assert result.raw[0].raw_cut == pytest.approx(expected, abs=1e-12)
    assert result.to_dict()["n_judges"] == [4, 5]
    assert len(result) == 2 and not result.findings


def test_bookmark_rules_and_one_cut() -> None:
    model = rasch([-2.0, -1.0, 0.0, 1.0, 2.0])
    booklet = ss.ordered_item_booklet(model, response_probability=0.5)
    for rule, cut in (("before", -1.0), ("midpoint", -0.5), ("at", 0.0)):
        one = ss.bookmark(model, booklet, [3, 3], rule=rule)  # type: ignore[arg-type]
        assert one.median == pytest.approx([cut], abs=1e-12)
    pages = [2, 2, 3, 5, 5, 4, 3, 4, 3]
    tabled = ss.bookmark(model, booklet, np.array(pages), tables=list("aaabbbccc"))
    means = np.array([-5 / 3, 2 / 3, -2 / 3])
    assert tabled.mean_se == pytest.approx([means.std(ddof=1) / math.sqrt(3)], abs=1e-12)
    assert 0 < tabled.table_icc[0] < 1
    with pytest.raises(cd.CeladonError) as caught:
        ss.bookmark(model, booklet, [3, 7])
    assert (caught.value.code, caught.value.row) == ("bookmark_out_of_range", 2)


def test_contrasting_groups_in_closed_form() -> None:
    scores = [10] * 40 + [20] * 60
    reached = [0] * 32 + [1] * 8 + [0] * 6 + [1] * 54
    low, high = math.log(0.25), math.log(9)
    plain = ss.contrasting_groups(scores, reached)
    assert plain.slope == pytest.approx((high - low) / 10, abs=1e-9)
    assert plain.logistic.cut == pytest.approx(10 - 10 * low / (high - low), abs=1e-9)
    assert plain.logistic.false_pass_rate == pytest.approx(6 / 38)
    assert plain.logistic.false_fail_rate == pytest.approx(8 / 62)
    assert plain.to_dict()["method"] == ["logistic", "quadratic", "smoothed"]
    assert [f.code for f in plain.findings] == ["too_few_persons"]
    half = ss.contrasting_groups(scores, reached, base_rate=0.5, small_group=10)
    assert half.logistic.cut == pytest.approx(plain.logistic.cut + math.log(0.62 / 0.38) / plain.slope, abs=1e-8)
    strict = ss.contrasting_groups(scores, reached, probability=0.8)
    assert strict.logistic.cut == pytest.approx(plain.logistic.cut + math.log(4) / plain.slope, abs=1e-8)
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"score": [*scores, None], "reached": [*map(bool, reached), True], "teacher": [f"t{i % 9}" for i in range(101)]})
    again = ss.contrasting_groups(frame["score"], frame["reached"])
    assert again.logistic.cut == plain.logistic.cut and again.n_missing == 1
    clustered = ss.contrasting_groups(frame["score"], frame["reached"], clusters=frame["teacher"])
    assert clustered.logistic.cut == pytest.approx(plain.logistic.cut, abs=1e-9)
    assert clustered.logistic.se != plain.logistic.se


@pytest.mark.parametrize("judgement", [2, None, float("nan"), 0.5])
def test_a_judgement_is_never_guessed(judgement: Any) -> None:
    with pytest.raises(cd.CeladonError) as caught:
        ss.contrasting_groups([10.0] * 10 + [20.0] * 10, [judgement] + [0] * 9 + [1] * 10)
    assert caught.value.code == "invalid_argument"


def test_borderline_group() -> None:
    group = ss.borderline_group([48, 50, 52, 55, 61, None])
    assert [group.median, group.mean] == pytest.approx([52.0, 53.2])
    assert (group.n_pupils, group.n_missing) == (5, 1)
    pa = pytest.importorskip("pyarrow")
    assert ss.borderline_group(pa.array([48, 50, 52, 55, 61, None])).to_dict() == group.to_dict()
    assert group.mean_se == pytest.approx(np.std([48, 50, 52, 55, 61], ddof=1) / math.sqrt(5))
    assert [f.code for f in group.findings] == ["too_few_persons"]
    with pytest.raises(cd.CeladonError) as caught:
        ss.borderline_group([50, 51])
    assert caught.value.code == "too_few_persons"


def test_messages_in_both_languages() -> None:
    with pytest.raises(cd.CeladonError) as caught:
        ss.angoff({"q1": [0.5, 0.6], "q2": [0.5, 1.5]})
    error = caught.value
    assert (error.code, error.row, error.item) == ("rating_out_of_range", 2, "q2")
    assert error.cause("en") == "Judge 2, item q2: the rating 1.5 is not 0 ... 1"
    assert error.cause("zh-CN") == "第 2 位评委对题目 q2 的评定 1.5 不是 0 ... 1"
    one = ss.angoff([[0.5, 0.6, 0.7]])
    assert math.isnan(one.se)
    (finding,) = [f for f in one.findings if f.code == "single_judge"]
    assert "standard error" in finding.cause("en") and "标准误" in finding.cause("zh-CN")


def test_what_is_no_rating() -> None:
    with pytest.raises(cd.CeladonError) as caught:
        ss.angoff({"q1": [0.5, 0.6], "q2": ["high", "low"]})
    assert (caught.value.code, caught.value.column) == ("not_numeric", "q2")
    with pytest.raises(cd.CeladonError) as caught:
        ss.angoff({"q1": [0.5, 0.6]}, items=["q9"])
    assert (caught.value.code, caught.value.column) == ("missing_column", "q9")
    with pytest.raises(cd.CeladonError) as caught:
        ss.angoff({"q1": [0.5, 0.6], "q2": [None, None]})
    assert (caught.value.code, caught.value.item) == ("item_hardly_rated", "q2")
    with pytest.raises(TypeError, match="ratings: expected numbers"):
        ss.angoff([["0.5", "0.6"]])
    with pytest.raises(ValueError, match="ratings: rows of different lengths"):
        ss.angoff([[0.5, 0.6], [0.7]])
    with pytest.raises(ValueError, match="two dimensions"):
        ss.angoff(np.array([0.5, 0.6]))
    with pytest.raises(ValueError, match="kind must be one of yes_no"):
        ss.angoff(YES_NO, kind="maybe")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="full_marks"):
        ss.angoff({"q1": [0.5]}, full_marks={"q2": 2.0})
