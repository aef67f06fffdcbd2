"""Mixed models and pilots against closed forms and dense algebra in NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import celadon as cd

Data = dict[str, Any]


def pupils(n_schools: int = 20, seed: int = 1) -> Data:
    random = np.random.default_rng(seed)
    school, x, y = [], [], []
    for j in range(n_schools):
        intercept, slope = random.normal(0, 0.8), random.normal(0, 0.4)
        for _ in range(int(random.integers(3, 12))):
            value = random.normal()
            school.append(f"s{j:03d}")
            x.append(value)
            y.append(1 + 0.5 * value + intercept + slope * value + random.normal())
    return {"school": school, "x": x, "y": y}


def deviance(data: Data, sigma: float, covariance: np.ndarray[Any, Any]) -> float:
    """-2 log-likelihood (ML) of random intercepts and slopes, coefficients by generalised least squares."""
    y, x = np.array(data["y"]), np.column_stack([np.ones(len(data["x"])), data["x"]])
    school = np.array(data["school"])
    v = np.where(school[:, None] == school[None, :], x @ covariance @ x.T, 0) + sigma**2 * np.eye(len(y))
    inverse = np.linalg.inv(v)
    beta = np.linalg.solve(x.T @ inverse @ x, x.T @ inverse @ y)
    rest = y - x @ beta
    return float(np.linalg.slogdet(v)[1] + rest @ inverse @ rest + len(y) * np.log(2 * np.pi))


def test_random_slopes_against_dense_algebra() -> None:
    data = pupils()
    fit = cd.multilevel.fit("y ~ x + (x | school)", data, criterion="ml")
    value = dict(zip(zip(fit.components["first"], fit.components["second"], strict=True), fit.components["variance"], strict=True))
    intercept, slope = value["(Intercept)", None], value["x", None]
    both = value["(Intercept)", "x"]
    assert fit.converged and fit.criterion == "ml" and fit.formula == "y ~ 1 + x + (1 + x | school)"
    covariance = np.array([[intercept, both], [both, slope]])
    assert deviance(data, fit.sigma, covariance) == pytest.approx(fit.deviance, abs=1e-7)
    for step in (1e-3, -1e-3):
        assert deviance(data, fit.sigma + step, covariance) > fit.deviance - 1e-8
    assert fit.fixed_covariance.shape == (2, 2)
    assert fit.fixed["se"][1] == pytest.approx(np.sqrt(fit.fixed_covariance[1, 1]), rel=1e-12)
    assert len(fit.groups) == 40
    assert np.all(fit.groups["comparative_se"] > 0)
    assert fit.to_dict()["term"] == ["(Intercept)", "x"]


def test_the_same_from_every_kind_of_table() -> None:
    data = pupils()
    first = cd.multilevel.fit("y ~ x + (1 | school)", data)
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(data)
    second = cd.multilevel.fit("y ~ x + (1 | school)", frame)
    assert first.deviance == second.deviance
    pytest.importorskip("pyarrow")
    third = cd.multilevel.fit("y ~ x + (1 | school)", frame.astype({"school": "category"}))
    assert first.deviance == third.deviance


def test_threads_give_the_same_bits() -> None:
    data = pupils(2000, seed=2)
    one, two = (cd.multilevel.fit("y ~ x + (x | school)", data, n_threads=n) for n in (1, 2))
    assert one.deviance == two.deviance
    assert np.array_equal(one.groups["estimate"], two.groups["estimate"])


def test_comparison_and_profile() -> None:
    data = pupils(30, seed=3)
    small = cd.multilevel.fit("y ~ x + (1 | school)", data)
    large = cd.multilevel.fit("y ~ x + (x | school)", data)
    test = cd.multilevel.likelihood_ratio(small, large)
    assert test.reference == "boundary_mixture" and test.df == 2
    assert test.p < test.p_chi_squared
    profile = cd.multilevel.profile(small, confidence=0.9)
    table = profile.to_dict()
    assert table["kind"] == ["coefficient", "coefficient", "sd", "residual"]
    assert all(low < mid < high for low, mid, high in zip(table["lower"], table["estimate"], table["upper"], strict=True))
    with pytest.raises(cd.CeladonError) as caught:
        cd.multilevel.likelihood_ratio(large, small)
    assert caught.value.code == "not_comparable"


def test_logistic() -> None:
    random = np.random.default_rng(4)
    school = np.repeat(np.arange(60), 20)
    x = random.normal(size=school.size)
    effect = random.normal(size=60)
    y = (random.random(school.size) < 1 / (1 + np.exp(-(0.2 + 0.7 * x + effect[school])))).astype(int)
    data = {"school": school, "x": x, "y": y}
    fit = cd.multilevel.fit_logistic("y ~ x + (1 | school)", data, n_quadrature=9)
    assert fit.converged and fit.n_ones == y.sum()
    # The integral by school on a grid of its own.
    nodes = np.linspace(-7, 7, 1401)
    a, b = fit.fixed["estimate"]
    eta = (a + b * x)[:, None] + fit.theta[0] * nodes[None, :]
    each = y[:, None] * eta - np.log1p(np.exp(eta))
    by_school = np.array([each[school == j].sum(0) for j in range(60)])
    total = np.log((np.exp(by_school) * np.exp(-(nodes**2) / 2) / np.sqrt(2 * np.pi)).sum(1) * (nodes[1] - nodes[0])).sum()
    assert fit.log_likelihood == pytest.approx(total, abs=1e-4)
    assert np.allclose(fit.fixed["odds_ratio"], np.exp(fit.fixed["estimate"]))
    with pytest.raises(cd.CeladonError) as caught:
        cd.multilevel.fit_logistic("y ~ x + (1 | school)", {**data, "y": y + 1})
    assert caught.value.code == "not_binary"


def test_pilot() -> None:
    random = np.random.default_rng(5)
    rows = []
    for j in range(18):
        change = random.normal(0.5 if j < 6 else 0.0, 0.3)
        rows += [(f"s{j}", year, j < 6, j + change * (year >= 2) + random.normal()) for year in range(4) for _ in range(10)]
    table = dict(zip(("school", "year", "pilot", "score"), map(list, zip(*rows, strict=True)), strict=True))
    names: Data = {"outcome": "score", "school": "school", "time": "year", "treated": "pilot"}
    result = cd.multilevel.difference_in_differences(table, **names, start=2)
    own = np.array(result.schools["difference_in_differences"])
    treated = np.array(result.schools["treated"]) == 1
    a, b = own[treated], own[~treated]
    assert result.effects["estimate"][0] == pytest.approx(a.mean() - b.mean(), abs=1e-12)
    assert result.effects["se"][0] == pytest.approx(np.sqrt(a.var(ddof=1) / 6 + b.var(ddof=1) / 12), abs=1e-12)
    assert list(result.effects["effect"]) == ["difference_in_differences", "pre_trend"]
    again = cd.multilevel.difference_in_differences(table, **names, start=2)
    assert result.effects["p_permutation"][0] == again.effects["p_permutation"][0]
    few = cd.multilevel.interrupted_series(table, **names, start=2, needed_treated=7)
    assert few.descriptive and np.isnan(few.effects["p"]).all()
    assert [f.code for f in few.findings] == ["descriptive_only"]


@pytest.mark.parametrize(
    ("formula", "code"),
    [
        ("y ~ x", "no_random_term"),
        ("y ~ x + (1 | school", "formula_syntax"),
        ("y ~ z + (1 | school)", "unknown_variable"),
        ("school ~ x + (1 | school)", "not_numeric"),
    ],
)
def test_errors_say_what_is_wrong(formula: str, code: str) -> None:
    with pytest.raises(cd.CeladonError) as caught:
        cd.multilevel.fit(formula, pupils())
    assert caught.value.code == code


def test_unknown_names_of_options() -> None:
    with pytest.raises(ValueError, match="criterion"):
        cd.multilevel.fit("y ~ x + (1 | school)", pupils(), criterion="best")  # type: ignore[arg-type]
