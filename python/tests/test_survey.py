"""Statistics of samples against their definitions in NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import celadon as cd

Cells = np.ndarray[Any, Any]
N = 240


@pytest.fixture(scope="module")
def sample() -> dict[str, Any]:
    rng = np.random.default_rng(5)
    school = np.repeat(np.arange(24), 10)
    truth = 500 + rng.normal(0, 30, 24)[school] + rng.normal(0, 60, N)
    return {
        "weight": rng.uniform(1, 3, N),
        "stratum": school // 2,
        "school": school,
        "group": np.array(["b", "a"])[rng.integers(0, 2, N)],
        "score": [truth + rng.normal(0, 25, N) for _ in range(5)],
        "books": rng.integers(1, 6, N).astype(float),
        "passed": (truth > 510).astype(float),
    }


def design_of(sample: dict[str, Any], **options: Any) -> cd.survey.Design:
    return cd.survey.make_design(weights=sample["weight"], strata=sample["stratum"], clusters=sample["school"], **options)


def jackknife(sample: dict[str, Any], statistic: Any) -> float:
    """JK2 by hand: in each stratum the school of the higher number twice, the other not at all."""
    full = statistic(sample["weight"])
    total = 0.0
    for stratum in np.unique(sample["stratum"]):
        inside = sample["stratum"] == stratum
        upper = sample["school"] == sample["school"][inside].max()
        total += (statistic(np.where(inside, np.where(upper, 2 * sample["weight"], 0), sample["weight"])) - full) ** 2
    return total


def test_mean_with_plausible_values(sample: dict[str, Any]) -> None:
    out = cd.survey.means(design_of(sample, method="jk2"), {"score": sample["score"]})
    each = [np.average(column, weights=sample["weight"]) for column in sample["score"]]
    within = np.mean([jackknife(sample, lambda w, x=column: np.average(x, weights=w)) for column in sample["score"]])
    assert np.isclose(out.value[0], np.mean(each), rtol=1e-12)
    assert np.isclose(out.se[0] ** 2, within + 1.2 * np.var(each, ddof=1), rtol=1e-9)
    assert out.n_imputations == 5 and out.n_replicates == 12 and len(out) == 1


def test_replicate_weights_as_a_matrix(sample: dict[str, Any]) -> None:
    replicates = np.column_stack(
        [
            np.where(sample["stratum"] == s, np.where(sample["school"] == 2 * s + 1, 2 * sample["weight"], 0), sample["weight"])
            for s in range(12)
        ]
    )
    given = cd.survey.make_design(weights=sample["weight"], replicate_weights=replicates, degrees_of_freedom=12)
    variables = {"score": np.column_stack(sample["score"]), "books": sample["books"]}
    ours = cd.survey.spreads(design_of(sample, method="jk2"), variables, groups=sample["group"])
    theirs = cd.survey.spreads(given, variables, groups=sample["group"])
    assert given.method == "given"
    assert np.allclose(ours.value, theirs.value, rtol=1e-12)
    assert np.allclose(ours.se, theirs.se, rtol=1e-9)


def test_groups_are_sorted_and_named(sample: dict[str, Any]) -> None:
    labels: list[Any] = [*sample["group"][:-1], None]
    out = cd.survey.means(design_of(sample), {"books": sample["books"]}, groups=labels)
    assert out.groups == ["a", "b"]
    assert out.to_dict()["group_name"] == ["a", "b"]
    inside = sample["group"][:-1] == "a"
    assert np.isclose(out.value[0], np.average(sample["books"][:-1][inside], weights=sample["weight"][:-1][inside]), rtol=1e-12)
    assert out.n.sum() == N - 1


def test_tabulate_is_the_calls_one_by_one(sample: dict[str, Any]) -> None:
    holes = sample["books"].copy()
    holes[::7] = np.nan
    variables = {"score": sample["score"], "books": sample["books"], "holes": holes}
    for method in ("linearised", "fay"):
        design = design_of(sample, method=method)
        out = cd.survey.tabulate(
            design,
            variables,
            [("score", "mean"), ("holes", "sd"), ("books", "share_at_least", 3), ("books", "share", 2), ("score", "total")],
            groups=sample["group"],
        )
        expected = [
            cd.survey.means(design, {"score": sample["score"]}, groups=sample["group"]).se,
            cd.survey.spreads(design, {"holes": holes}, groups=sample["group"]).se[[1, 3]],
            cd.survey.shares_at_least(design, sample["books"], [3], groups=sample["group"]).se,
            cd.survey.shares(design, sample["books"], [2], groups=sample["group"]).se,
            cd.survey.totals(design, {"score": sample["score"]}, groups=sample["group"]).se[[0, 2]],
        ]
        assert np.array_equal(out.se, np.concatenate(expected))


def test_gap_and_wald(sample: dict[str, Any]) -> None:
    design = design_of(sample, method="jkn")
    gap = cd.survey.gaps(design, sample["score"], sample["group"], pairs=[("b", "a")])
    assert gap.to_dict()["group_name"][0] == "b" and gap.to_dict()["other_name"][0] == "a"
    joint = cd.survey.joint_means(design, sample["score"], sample["group"])
    assert joint.names == ["a", "b"]
    difference = np.array([-1.0, 1.0])
    assert np.isclose(difference @ joint.covariance @ difference, gap.se[0] ** 2, rtol=1e-9)
    test = cd.survey.wald_test(joint, difference)
    assert np.isclose(test.d1, (gap.value[0] / gap.se[0]) ** 2, rtol=1e-9)
    assert np.isclose(test.f_degrees_of_freedom, gap.degrees_of_freedom[0], rtol=1e-9)
    mine = joint.sampling_covariance + 1.2 * joint.imputation_covariance
    assert np.allclose(joint.covariance, mine, rtol=1e-12)
    assert joint.findings == []


def test_a_group_in_one_school_has_no_error(sample: dict[str, Any]) -> None:
    design = design_of(sample, method="fay")
    group = np.where(sample["school"] == 0, "a", "b")
    gap = cd.survey.gaps(design, sample["score"], group, pairs=[("a", "b")])
    joint = cd.survey.joint_means(design, sample["score"], group)
    assert np.isfinite(gap.value).all() and np.isnan(gap.se).all()
    assert [f.code for f in gap.findings] == [f.code for f in joint.findings] == ["single_unit_domain"]
    assert np.isfinite(joint.covariance).tolist() == [[False, False], [False, True]]


def test_regressions(sample: dict[str, Any]) -> None:
    design = design_of(sample, method="jk2")
    x = np.column_stack([np.ones(N), sample["books"], sample["passed"]])

    def fit(w: Cells) -> Cells:
        return np.linalg.solve(x.T @ (w[:, None] * x), x.T @ (w * sample["score"][0]))

    out = cd.survey.linear_regression(design, {"score": sample["score"][0]}, {"books": sample["books"], "passed": sample["passed"]})
    assert np.allclose(out.value[:3], fit(sample["weight"]), rtol=1e-9)
    assert np.isclose(out.se[1] ** 2, jackknife(sample, lambda w: fit(w)[1]), rtol=1e-8)
    assert out.joint[0].names == ["(intercept)", "books", "passed"]
    assert np.allclose(np.sqrt(np.diag(out.joint[0].covariance)), out.se[:3], rtol=1e-12)
    odds = cd.survey.logistic_regression(design, sample["passed"], {"a": (sample["group"] == "a").astype(float)})
    shares = [np.average(sample["passed"][sample["group"] == g], weights=sample["weight"][sample["group"] == g]) for g in ("b", "a")]
    logits = [np.log(p / (1 - p)) for p in shares]
    assert np.allclose(odds.value[:2], [logits[0], logits[1] - logits[0]], atol=1e-8)


def test_quantiles_and_inequality(sample: dict[str, Any]) -> None:
    design = cd.survey.make_design(N)
    out = cd.survey.quantiles(design, sample["score"][0], [0.25, 0.5])
    ordered = np.sort(sample["score"][0])
    assert out.value.tolist() == [ordered[59], ordered[119]]
    x = sample["books"]
    pairs = np.abs(x[:, None] - x[None, :]).mean() / (2 * x.mean())
    assert np.isclose(cd.survey.gini(design, x).value[0], pairs, rtol=1e-10)
    assert np.isclose(cd.survey.concentration_index(design, x, x).value[0], pairs, rtol=1e-10)
    assert np.isclose(cd.survey.correlations(design, {"x": x, "y": sample["passed"]}).value[0], np.corrcoef(x, sample["passed"])[0, 1])


def test_schools_and_regions(sample: dict[str, Any]) -> None:
    design = cd.survey.make_design(clusters=sample["school"])
    regions = {school: "east" if school < 12 else "west" for school in range(24)}
    out = cd.survey.intraclass(design, sample["score"][0], sample["school"], regions=regions)
    assert out.groups == ["east", "west"]
    east = sample["school"] < 12
    means = sample["score"][0][east].reshape(12, 10).mean(1)
    within = sample["score"][0][east].reshape(12, 10).var(1, ddof=1).mean()
    between = means.var(ddof=1) - within / 10
    table = out.to_dict()
    assert np.isclose(table["value"][0], between, rtol=1e-9) and np.isclose(table["value"][1], within, rtol=1e-9)
    parted = cd.survey.dissimilarity(design, sample["passed"], sample["school"])
    a = np.array([sample["passed"][sample["school"] == s].sum() for s in range(24)])
    b = 10 - a
    assert np.isclose(parted.value[0], 0.5 * np.abs(a / a.sum() - b / b.sum()).sum(), rtol=1e-12)


def test_small_groups_shrink() -> None:
    out = cd.survey.empirical_bayes([10.0, 12.0, 11.0, 17.0, np.nan], [1.0, 1.0, 1.0, 4.0, np.nan]).to_dict()
    assert all(0 <= s <= 1 for s in out["shrinkage"][:4])
    assert out["shrinkage"][3] < out["shrinkage"][0]
    expected = [s * d + (1 - s) * x for s, d, x in zip(out["shrinkage"][:4], out["direct"][:4], out["synthetic"][:4], strict=True)]
    assert np.allclose(out["estimate"][:4], expected)
    assert out["estimate"][4] == out["synthetic"][4]


def test_plausible_values_meet_the_latent_regression() -> None:
    bank = cd.irt.Model([cd.irt.ItemParameters(f"q{j}", "2pl", 1.2, [0.3 * (j - 5)]) for j in range(10)])
    girl = np.arange(1500) % 2.0
    answers = cd.irt.simulate(bank, cd.irt.simulate_abilities(1500, seed=3) + 0.5 * girl, seed=4)
    fit = cd.irt.latent_regression(bank, answers, {"girl": girl})
    assert fit.converged and fit.names == ["(intercept)", "girl"]
    assert abs(fit.coefficients[1] - 0.5) < 4 * fit.se[1]
    draws = cd.irt.plausible_values(bank, answers, {"girl": girl}, n_draws=10, draw_parameters=False)
    assert len(draws.columns) == 10 and not hasattr(draws, "to_pandas")
    out = cd.survey.linear_regression(cd.survey.make_design(1500), draws, {"girl": girl})
    assert abs(out.value[1] - fit.coefficients[1]) < 4 * np.sqrt(out.imputation_variance[1] / 10)
    again = cd.irt.plausible_values(bank, answers, {"girl": girl}, n_draws=10, draw_parameters=False, n_threads=3)
    assert all(np.array_equal(a, b) for a, b in zip(draws.columns, again.columns, strict=True))


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_same_bits_for_any_number_of_threads(sample: dict[str, Any], threads: int) -> None:
    design = design_of(sample, method="fay")
    one = cd.survey.means(design, {"score": sample["score"]}, groups=sample["group"], n_threads=1)
    many = cd.survey.means(design, {"score": sample["score"]}, groups=sample["group"], n_threads=threads)
    assert np.array_equal(one.se, many.se)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda s: cd.survey.make_design(weights=[-1.0, 1.0]), "negative_weight"),
        (lambda s: cd.survey.make_design(weights=[0.0, 0.0]), "no_weight"),
        (lambda s: cd.survey.make_design(strata=[0, 1, 1], clusters=[0, 0, 1]), "lonely_unit"),
        (lambda s: cd.survey.means(cd.survey.make_design(3), {"x": [1.0, 2.0]}), "length_mismatch"),
        (lambda s: cd.survey.means(cd.survey.make_design(2), {"x": [1.0, np.inf]}), "not_finite"),
        (
            lambda s: cd.survey.wald_test(cd.survey.joint_means(cd.survey.make_design(4), [1, 2, 3, 5], [0, 0, 1, 1]), [[0, 0]]),
            "invalid_argument",
        ),
        (lambda s: cd.survey.make_design(3, method="jk9"), "invalid_argument"),  # type: ignore[arg-type]
    ],
)
def test_bad_data_have_a_code(sample: dict[str, Any], call: Any, code: str) -> None:
    with pytest.raises(cd.CeladonError) as caught:
        call(sample)
    assert caught.value.code == code


def test_wrong_choices_are_python_errors(sample: dict[str, Any]) -> None:
    design = design_of(sample)
    with pytest.raises(ValueError, match="n_rows"):
        cd.survey.make_design()
    with pytest.raises(ValueError, match="divisor"):
        cd.survey.spreads(design, {"x": sample["books"]}, divisor="n")  # type: ignore[arg-type]
    with pytest.raises(KeyError):
        cd.survey.tabulate(design, {"x": sample["books"]}, [("y", "mean")])
    with pytest.raises(TypeError):
        cd.survey.means(design, sample["books"])
    with pytest.raises(ValueError, match="one variable"):
        cd.survey.gini(design, {"x": sample["books"], "y": sample["books"]})


def test_a_matrix_of_replicates_outlives_its_name(sample: dict[str, Any]) -> None:
    design = cd.survey.make_design(weights=sample["weight"], replicate_weights=np.outer(sample["weight"], [0.5, 1.5, 1.0]), scale=0.5)
    np.zeros((N, 3))  # would take the memory of an array that was let go
    out = cd.survey.totals(design, {"x": np.ones(N)})
    total = sample["weight"].sum()
    assert np.isclose(out.se[0] ** 2, 0.5 * 2 * (0.5 * total) ** 2, rtol=1e-12)
