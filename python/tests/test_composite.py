"""Composite indicators against their definitions in NumPy, and the index of ASEM against COINr."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import load_json
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import celadon as cd
from celadon.composite import AggregateOptions, Construction, Factor, Measures, NormaliseOptions, TreatOptions, Tree

Array = np.ndarray[Any, Any]
NODES: list[dict[str, Any]] = [
    {"code": "a1", "parent": "A"},
    {"code": "a2", "parent": "A"},
    {"code": "b1", "parent": "B"},
    {"code": "b2", "parent": "B", "direction": -1},
    {"code": "A", "parent": "index", "level": 2, "weight": 2.0},
    {"code": "B", "parent": "index", "level": 2},
    {"code": "index", "level": 3},
]
PLAIN = Construction(treatment=False)


@pytest.fixture(scope="module")
def values() -> Array:
    rng = np.random.default_rng(7)
    common = rng.normal(size=(40, 1))
    return np.asarray(10 + common * np.array([1, 1, 1, -1]) + rng.normal(size=(40, 4)))


@pytest.fixture(scope="module")
def measures(values: Array) -> Measures:
    groups = ["even" if i % 2 == 0 else "odd" for i in range(len(values))]
    return Measures(
        values, Tree(NODES), unit_ids=[f"u{i}" for i in range(len(values))], groups=groups, standard_errors=np.full((40, 4), 0.2)
    )


def scaled(values: Array) -> Array:
    directed = values * np.array([1, 1, 1, -1])
    return np.asarray((directed - directed.min(0)) / (directed.max(0) - directed.min(0)) * 100)


def test_index_by_hand(values: Array, measures: Measures) -> None:
    index = cd.composite.build(measures, PLAIN)
    n = scaled(values)
    expected = (2 * n[:, :2].mean(1) + n[:, 2:].mean(1)) / 3
    assert np.allclose(index.index, expected, atol=1e-12)
    assert index.rank.tolist() == [1 + int((expected > x).sum()) for x in expected]
    assert np.allclose(index.normalised, n, atol=1e-12)
    assert np.allclose(index.effective_weights, [1 / 3, 1 / 3, 1 / 6, 1 / 6, 2 / 3, 1 / 3, 1])
    assert index.node_codes == [node["code"] for node in NODES]
    table = index.to_dict()
    assert table["unit"][0] == "u0" and table["index"] != sorted(table["index"])
    assert not index.scores.flags.writeable
    with pytest.raises(ValueError):
        index.index[0] = 1.0


def test_columns_go_by_name(values: Array, measures: Measures) -> None:
    table = {code: values[:, j] for j, code in reversed(list(enumerate(["a1", "a2", "b1", "b2"])))}
    named = Measures({"name": ["x"] * 40, **table}, Tree(NODES))
    assert cd.composite.build(named, PLAIN).index.tolist() == cd.composite.build(measures, PLAIN).index.tolist()
    del table["b1"]
    with pytest.raises(ValueError, match="b1"):
        Measures(table, Tree(NODES))


def test_steps_alone_are_those_of_the_index(values: Array, measures: Measures) -> None:
    holes = values.copy()
    holes[::7, 1] = math.nan
    holes[3, 0] = 400.0
    tree = Tree(NODES)
    choices = Construction(imputation="median", normalisation=NormaliseOptions("z_score", centre=50, spread=10), aggregation="geometric")
    index = cd.composite.build(Measures(holes, tree), choices)
    imputed = cd.composite.impute(holes, "median")
    assert imputed.n_imputed == index.n_imputed == 6
    assert np.array_equal(imputed.values[::7, 1], np.full(6, np.median(holes[~np.isnan(holes[:, 1]), 1])))
    treated = cd.composite.treat(imputed.values, tree=tree)
    assert treated.n_winsorised == [1, 0, 0, 0] and treated.passed == [True] * 4
    assert index.treatment.to_dict()["n_winsorised"] == treated.n_winsorised
    normalised = cd.composite.normalise(treated.values, tree, NormaliseOptions("z_score", centre=50, spread=10))
    assert np.allclose(normalised.values.mean(0), 50) and np.allclose(normalised.values.std(0, ddof=1), 10)
    assert np.array_equal(cd.composite.aggregate(normalised.values, tree, "geometric"), index.scores)


def test_choices_are_values() -> None:
    choices = Construction(
        treatment=[TreatOptions(max_winsorised=2)], aggregation=AggregateOptions(["geometric", "arithmetic"]), weights=np.ones(3)
    )
    assert choices == Construction(
        treatment=TreatOptions(max_winsorised=2), aggregation=AggregateOptions(["geometric", "arithmetic"]), weights=[1, 1, 1]
    )
    assert choices.weights == (1.0, 1.0, 1.0)
    assert Construction() == Construction(treatment=TreatOptions(), normalisation=NormaliseOptions(), aggregation=AggregateOptions())


def test_weights_against_numpy(values: Array) -> None:
    n = scaled(values)
    share = n / n.sum(0)
    with np.errstate(divide="ignore", invalid="ignore"):
        entropy = -np.where(share > 0, share * np.log(share), 0).sum(0) / np.log(len(n))
    result = cd.composite.entropy_weights(n)
    assert np.allclose(result.criterion, entropy, atol=1e-12)
    assert np.allclose(result.weights, (1 - entropy) / (1 - entropy).sum(), atol=1e-12)
    critic = n.std(0, ddof=1) * (1 - np.corrcoef(n.T)).sum(0)
    assert np.allclose(cd.composite.critic_weights(n).weights, critic / critic.sum(), atol=1e-12)
    assert np.allclose(cd.composite.deviation_weights(n).weights, n.std(0) / n.std(0).sum(), atol=1e-12)
    budget = cd.composite.budget_weights([[10, 20, 70], [30, 30, 40]])
    assert np.allclose(budget.weights, [0.2, 0.25, 0.55]) and len(budget.se) == 3
    with pytest.raises(cd.CeladonError) as caught:
        cd.composite.budget_weights([[10, 20, 60]])
    assert caught.value.code == "budget_not_spent"


def test_ahp_against_numpy() -> None:
    judgements = np.array([[1, 3, 5, 1 / 2], [1 / 3, 1, 3, 1 / 4], [1 / 5, 1 / 3, 1, 1 / 6], [2, 4, 6, 1]])
    root, vectors = np.linalg.eig(judgements)
    first = int(np.argmax(root.real))
    vector = np.abs(vectors[:, first].real)
    result = cd.composite.ahp(judgements)
    assert np.allclose(result.weights, vector / vector.sum(), atol=1e-12)
    assert abs(result.lambda_max - root[first].real) < 1e-10
    assert abs(result.consistency_ratio - (root[first].real - 4) / 3 / 0.9) < 1e-10
    group = cd.composite.ahp_group([judgements, judgements.T], importance=[1, 1])
    assert np.allclose(group.group.weights, 0.25) and len(group.members) == 2
    circle = cd.composite.ahp([[1, 9, 1 / 9], [1 / 9, 1, 9], [9, 1 / 9, 1]])
    assert [finding.code for finding in circle.findings] == ["inconsistent_judgements"]


def test_multivariate_against_numpy(values: Array) -> None:
    assert np.allclose(cd.composite.correlations(values), np.corrcoef(values.T), atol=1e-12)
    assert np.allclose(cd.composite.covariances(values), np.cov(values.T), atol=1e-12)
    order = values.argsort(0).argsort(0)
    assert np.allclose(cd.composite.rank_correlations(values), np.corrcoef(order.T), atol=1e-12)
    roots = np.linalg.eigvalsh(np.corrcoef(values.T))[::-1]
    components = cd.composite.principal_components(values)
    assert np.allclose(components.sd**2, roots, atol=1e-10)
    assert np.allclose(components.loadings.T @ components.loadings, np.eye(4), atol=1e-10)
    covariance = np.cov(values.T)
    alpha = 4 / 3 * (1 - np.trace(covariance) / covariance.sum())
    assert abs(cd.composite.group_alpha(values).alpha - alpha) < 1e-12
    table = cd.composite.describe(values).to_dict()
    assert table["indicator"] == ["1", "2", "3", "4"]
    assert np.allclose(table["mean"], values.mean(0)) and np.allclose(table["sd"], values.std(0, ddof=1))


def test_pairs_against_loops(values: Array) -> None:
    weights = np.array([1.0, 2.0, 3.0, 4.0])
    outranking = cd.composite.outranking(values, weights=weights)
    n = len(values)
    expected = np.array([[float((weights * (values[i] > values[j])).sum()) / 10 if i != j else 0.0 for j in range(n)] for i in range(n)])
    assert np.allclose(outranking, expected, atol=1e-12)
    assert cd.composite.copeland(values, weights=weights).tolist() == np.sign(np.round(expected - expected.T, 9)).sum(1).tolist()
    unit = values / np.sqrt((values**2).sum(0)) * weights / 10
    best = np.array([unit[:, 0].max(), unit[:, 1].max(), unit[:, 2].max(), unit[:, 3].min()])
    worst = np.array([unit[:, 0].min(), unit[:, 1].min(), unit[:, 2].min(), unit[:, 3].max()])
    plus, minus = np.sqrt(((unit - best) ** 2).sum(1)), np.sqrt(((unit - worst) ** 2).sum(1))
    assert np.allclose(cd.composite.topsis(values, weights=weights, directions=[1, 1, 1, -1]).closeness, minus / (plus + minus), atol=1e-12)
    product = np.exp((np.log(values) * weights / 10 * np.array([1, 1, 1, -1])).sum(1))
    assert np.allclose(cd.composite.weighted_product(values, weights=weights, directions=[1, 1, 1, -1]), product, rtol=1e-12)


FACTORS = [
    Factor.weight_noise([0.2, 0.2]),
    Factor.normalisation([NormaliseOptions(lower=1.0), "rank"]),
    Factor.aggregation(["arithmetic", "geometric"]),
]


def test_uncertainty_is_the_same_for_any_number_of_threads(measures: Measures) -> None:
    runs = [cd.composite.uncertainty(measures, FACTORS, n_runs=150, keep_runs=True, n_threads=n) for n in (1, 2, 5)]
    for other in runs[1:]:
        assert np.array_equal(runs[0].run_scores, other.run_scores)
        assert runs[0].to_dict() == other.to_dict()
    first = runs[0]
    assert first.run_ranks.shape == (150, 40) and first.design.shape == (150, 3)
    assert np.allclose(first.to_dict()["rank_mean"], first.run_ranks.mean(0))
    assert np.allclose(first.to_dict()["rank_upper"], np.quantile(first.run_ranks, 0.95, axis=0))


def test_each_run_is_an_index(measures: Measures) -> None:
    result = cd.composite.uncertainty(
        measures,
        [Factor.treatment([True, False]), Factor.imputation(["none", "group_mean"]), *FACTORS[1:], Factor.inclusion(["", "a1", "B"])],
        n_runs=60,
        keep_runs=True,
    )
    weights = np.array(Tree(NODES).weights)
    for u, scores in zip(result.design[:12], result.run_scores, strict=False):
        left_out = ["", "a1", "B"][int(u[4] * 3)]
        own = np.where([node["code"] == left_out for node in NODES], 0.0, weights)
        choices = Construction(
            treatment=bool(u[0] < 0.5),
            normalisation=NormaliseOptions(lower=1.0) if u[2] < 0.5 else "rank",
            aggregation="arithmetic" if u[3] < 0.5 else "geometric",
            weights=own,
        )
        assert cd.composite.build(measures, choices).index.tolist() == scores.tolist()


def test_sensitivity_of_a_known_share(measures: Measures) -> None:
    result = cd.composite.sensitivity(
        measures,
        [Factor.data_error(), Factor.weights([Tree(NODES).weights.tolist()] * 2)],
        n_runs=300,
        n_bootstrap=50,
        output="unit_score",
        unit=3,
    )
    table = result.to_dict()
    assert table["factor"] == ["data_error", "weights"]
    assert table["total"][1] == 0.0 and abs(table["total"][0] - 1) < 0.25
    assert table["total_lower"][0] < table["total"][0] < table["total_upper"][0]
    assert result.uncertainty.n_runs == 600 and result.variance > 0
    rng = np.random.default_rng(1)
    a, b = rng.uniform(size=(4000, 2)), rng.uniform(size=(4000, 2))
    mixed = [np.column_stack([b[:, 0], a[:, 1]]), np.column_stack([a[:, 0], b[:, 1]])]
    indices = cd.composite.sensitivity_indices(a @ [1, 2], b @ [1, 2], [m @ [1, 2] for m in mixed], names=["x", "y"]).to_dict()
    assert np.allclose(indices["total"], [0.2, 0.8], atol=0.03) and np.allclose(indices["first_order"], [0.2, 0.8], atol=0.06)


def test_comparisons(values: Array, measures: Measures) -> None:
    whole = cd.composite.build(measures, PLAIN)
    removals = cd.composite.remove_one_at_a_time(measures, PLAIN, level=1)
    assert removals.to_dict()["node"] == ["a1", "a2", "b1", "b2"]
    without = cd.composite.build(measures, Construction(treatment=False, weights=[0, 1, 1, 1, 2, 1, 1]))
    assert removals.rank_changes[0].tolist() == (whole.rank - without.rank).tolist()
    compared = cd.composite.compare(whole, without)
    assert compared.rank_change.tolist() == removals.rank_changes[0].tolist()
    assert abs(compared.score_correlation - np.corrcoef(whole.index, without.index)[0, 1]) < 1e-12
    changed = values.copy()
    changed[5, 2] = 40.0
    what = cd.composite.what_if(measures, {(5, "b1"): 40.0}, PLAIN).to_dict()
    assert np.allclose(what["score_b"], cd.composite.build(Measures(changed, Tree(NODES)), PLAIN).index, atol=0)
    with pytest.raises(ValueError, match="b9"):
        cd.composite.what_if(measures, {(5, "b9"): 40.0}, PLAIN)
    influence = cd.composite.equal_influence_weights(measures, PLAIN, level=2)
    again = cd.composite.build(measures, Construction(treatment=False, weights=influence.all_weights))
    r = [np.corrcoef(again.scores[:, k], again.index)[0, 1] for k in (4, 5)]
    assert influence.converged and abs(r[0] - r[1]) < 1e-6


@given(
    hnp.arrays(np.float64, st.tuples(st.integers(3, 12), st.just(3)), elements=st.integers(-50, 50).map(float)),
    st.randoms(use_true_random=False),
)
@settings(max_examples=40, deadline=None)
def test_order_of_units_changes_nothing(cells: Array, random: Any) -> None:
    order = list(range(len(cells)))
    random.shuffle(order)
    tree = Tree.flat(3)
    for method in ("min_max", "rank", "z_score", "percentile_rank", "borda"):
        first = cd.composite.normalise(cells, tree, method).values[order]
        second = cd.composite.normalise(cells[order], tree, method).values
        assert np.allclose(first, second, atol=1e-12, equal_nan=True)


def test_bad_input_says_what_is_wrong(values: Array, measures: Measures) -> None:
    with pytest.raises(cd.CeladonError) as caught:
        Tree([{"code": "x", "parent": "nobody"}, {"code": "all", "level": 2}])
    assert caught.value.code == "unknown_parent"
    with pytest.raises(cd.CeladonError) as caught:
        cd.composite.build(Measures(values[:, :3], Tree(NODES)))
    assert caught.value.code == "length_mismatch"
    with pytest.raises(cd.CeladonError) as caught:
        cd.composite.uncertainty(measures, [])
    assert caught.value.code == "invalid_argument"
    with pytest.raises(ValueError, match="min_max"):
        cd.composite.normalise(values, Tree(NODES), "minmax")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="two-dimensional"):
        cd.composite.normalise(values[0], Tree(NODES))
    with pytest.raises(TypeError):
        Tree([{"code": "x", "colour": "red"}])
    with pytest.raises(ValueError, match="names"):
        cd.composite.sensitivity_indices([0, 1], [1, 0], [[1, 0]], names=["a", "b"])


def test_asem_step_by_step(reference: Path) -> None:
    folder = reference / "data" / "indicators"
    with (folder / "asem_iData.csv").open(encoding="utf-8-sig") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["uCode"])
    with (folder / "asem_iMeta.csv").open(encoding="utf-8-sig") as file:
        meta = list(csv.DictReader(file))

    def number(cell: str) -> float:
        return math.nan if cell in ("", "NA") else float(cell)

    nodes = [
        cd.composite.Node(
            row["iCode"],
            parent="" if row["Parent"] == "NA" else row["Parent"],
            level=int(row["Level"]),
            weight=float(row["Weight"]),
            direction=int(row["Direction"]),
            denominator="" if row["Denominator"] == "NA" else row["Denominator"],
        )
        for row in meta
        if row["Type"] in ("Indicator", "Aggregate")
    ]
    tree = Tree(nodes)
    codes = tree.codes[: tree.n_indicators]
    divisors = [row["iCode"] for row in meta if row["Type"] == "Denominator"]
    measures = Measures(
        {code: [number(row[code]) for row in rows] for code in codes},
        tree,
        unit_ids=[row["uCode"] for row in rows],
        groups=[row["EurAsia_group"] for row in rows],
        denominators={code: [number(row[code]) for row in rows] for code in divisors},
    )
    index = cd.composite.build(measures, Construction(imputation="group_mean"))
    steps = load_json(reference / "reference" / "indicators" / "asem_pipeline.json")["steps"]
    for step, found, names in (
        ("Denominated", index.denominated, codes),
        ("Imputed", index.imputed, codes),
        ("Treated", index.treated, codes),
        ("Normalised", index.normalised, codes),
        ("Aggregated", index.scores, tree.codes),
    ):
        assert steps[step]["uCode"] == index.unit_ids
        expected = np.array(
            [[math.nan if isinstance(x, str) or x is None else x for x in steps[step][name]] for name in names], dtype=float
        ).T
        assert np.allclose(found, expected, rtol=1e-9, atol=1e-9, equal_nan=True), step
