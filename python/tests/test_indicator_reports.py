"""Pages of an indicator scheme, what may be said of a unit, what goes with an outcome."""

from __future__ import annotations

import json
import pathlib
import re
from typing import Any, Literal

import jsonschema
import numpy as np
import pytest

import celadon as cd
from celadon.green import Drivers, drivers

SOURCE = pathlib.Path(__file__).resolve().parents[2] / "src"
REPORT = json.loads((SOURCE / "schemas" / "report.schema.json").read_text(encoding="utf-8"))
Language = Literal["zh-CN", "en"]
LANGUAGES: tuple[Language, ...] = ("zh-CN", "en")


@pytest.fixture(scope="module")
def green() -> cd.datasets.IndicatorCity:
    return cd.datasets.make_indicator_city(3000, n_districts=3, n_schools=18, seed=4)


@pytest.fixture(scope="module")
def periods(green: cd.datasets.IndicatorCity) -> list[cd.scheme.Period]:
    return [green.period(id) for id in green.periods]


@pytest.fixture(scope="module")
def evaluation(periods: list[cd.scheme.Period]) -> cd.scheme.SchemeEvaluation:
    return cd.scheme.evaluate(cd.scheme.load("shanghai-green-1.0"), periods, progress=False)


@pytest.fixture(scope="module")
def like(green: cd.datasets.IndicatorCity, evaluation: cd.scheme.SchemeEvaluation) -> cd.scheme.LikeUnits:
    return cd.scheme.like_units(evaluation, green.background, n_like=5)


@pytest.fixture(scope="module")
def gone_with(periods: list[cd.scheme.Period]) -> Drivers:
    return drivers(
        periods[-1],
        "school_belonging_scale",
        {"ses": {"zh": "家庭背景", "en": "home background"}, "sleep_hours": {"zh": "睡眠时间", "en": "hours of sleep"}},
        outcome_name={"zh": "学校归属感", "en": "school belonging"},
        progress=False,
    )


def pages_of(evaluation: cd.scheme.SchemeEvaluation, **options: Any) -> dict[str, tuple[str, str, bytes]]:
    pages: dict[str, tuple[str, str, bytes]] = {}

    def keep(path: str, kind: str, subject: str, body: bytes) -> None:
        assert path not in pages
        pages[path] = (kind, subject, body)

    written = cd.reports.write_indicator_reports(evaluation, keep, progress=False, **options)
    assert written.pages == len(pages) and written.bytes == sum(len(body) for _, _, body in pages.values())
    return pages


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_valid(
    evaluation: cd.scheme.SchemeEvaluation, like: cd.scheme.LikeUnits, gone_with: Drivers, language: Language
) -> None:
    pages = pages_of(evaluation, language=language, like=like, drivers=[gone_with], simulated=True, html=False, json=True)
    assert [kind for kind, _, _ in pages.values()] == ["index", "city", *["district"] * 3, *["school"] * 18]
    validator = jsonschema.Draft202012Validator(REPORT)
    for path, (kind, subject, body) in pages.items():
        page = json.loads(body)
        assert [f"{e.json_path}: {e.message}" for e in validator.iter_errors(page)] == [], path
        assert page["language"] == language and (subject != "") == (kind != "index")
        assert not re.search(r"\{[a-z_]+\}", body.decode("utf-8")), path


def test_pages_need_no_script_and_no_network(evaluation: cd.scheme.SchemeEvaluation, like: cd.scheme.LikeUnits) -> None:
    for path, (_, _, body) in pages_of(evaluation, like=like).items():
        page = body.decode("utf-8")
        assert page.startswith("<!doctype html>")
        assert "<script" not in page and not re.search(r"""(?:src|href)=["']?https?:""", page), path


def test_same_bytes_for_any_number_of_threads(
    evaluation: cd.scheme.SchemeEvaluation, like: cd.scheme.LikeUnits, gone_with: Drivers, tmp_path: pathlib.Path
) -> None:
    options: dict[str, Any] = {"like": like, "drivers": [gone_with], "json": True}
    one = pages_of(evaluation, n_threads=1, **options)
    assert one == pages_of(evaluation, n_threads=4, **options)
    written = cd.reports.write_indicator_reports(evaluation, tmp_path / "out", progress=False, **options)
    assert written.pages == len(one) and written.index.is_file()
    assert {p.relative_to(written.folder).as_posix(): p.read_bytes() for p in written.folder.rglob("*.*")} == {
        path: body for path, (_, _, body) in one.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_of_a_school_names_another(
    evaluation: cd.scheme.SchemeEvaluation, like: cd.scheme.LikeUnits, gone_with: Drivers, language: Language
) -> None:
    ids = evaluation.units(1, "school")
    names = {"school": {id: f"NAME{k:03d}" for k, id in enumerate(ids)}}
    pages = pages_of(evaluation, language=language, like=like, drivers=[gone_with], names=names)
    for kind, subject, body in pages.values():
        said = set(re.findall(r"NAME\d{3}", body.decode("utf-8")))
        if kind == "school":
            assert said == {names["school"][subject]}
            assert not [id for id in ids if id != subject and id in body.decode("utf-8")]
        else:
            assert said == (set(names["school"].values()) if kind == "index" else set())


def test_one_page_is_the_written_page(
    evaluation: cd.scheme.SchemeEvaluation, like: cd.scheme.LikeUnits, gone_with: Drivers, periods: list[cd.scheme.Period]
) -> None:
    school = evaluation.units(1, "school")[2]
    report = cd.reports.indicator_report(evaluation, "school", school, like=like, drivers=[gone_with])
    written = pages_of(evaluation, like=like, drivers=[gone_with], levels=["school"], index=False)
    assert len(written) == 18
    assert written[f"{report.id}.html"][2].decode("utf-8") == report.to_html()
    assert any(id == f"shanghai-green-1.0/2026/school/{school}/{id.split('/')[4]}/{id.split('/')[-1]}" for id, _ in report.statements)
    first = cd.reports.indicator_report(evaluation, "school", school, period=0, drivers=[gone_with])
    assert periods[0].id in first.to_html() and "学校归属感" not in first.to_html()
    city = cd.reports.indicator_report(evaluation, "city", evaluation.units(1, "city")[0], drivers=[gone_with])
    assert [text for _, text in city.statements if "学校归属感" in text]
    assert {chart.kind for chart in city.charts} >= {"balance", "gradient"}
    badge = cd.reports.indicator_report(evaluation, "school", school, simulated=True)
    assert "模拟数据" in badge.to_html() and "模拟数据" not in report.to_html()


def test_mistakes_are_named_in_both_languages(evaluation: cd.scheme.SchemeEvaluation, like: cd.scheme.LikeUnits) -> None:
    school = evaluation.units(1, "school")[0]
    for call in (
        lambda: cd.reports.indicator_report(evaluation, "planet", school),
        lambda: cd.reports.indicator_report(evaluation, "school", "nobody"),
        lambda: cd.scheme.statements(evaluation, "school", "nobody"),
        lambda: pages_of(evaluation, levels=["planet"]),
    ):
        with pytest.raises(cd.CeladonError) as caught:
            call()
        assert caught.value.code == "no_such_unit"
        assert re.search("[一-鿿]", caught.value.cause("zh-CN")) and not re.search("[一-鿿]", caught.value.cause("en"))
    with pytest.raises(cd.CeladonError):
        cd.scheme.sensitivity(evaluation, "school", school, weight_factor=1.0)
    with pytest.raises(ValueError, match="another evaluation or period"):
        cd.reports.indicator_report(evaluation, "school", school, period=0, like=like)
    with pytest.raises(ValueError, match="estimand must be one of"):
        cd.reports.indicator_report(evaluation, "school", school, estimand="all")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="language must be one of"):
        cd.reports.indicator_report(evaluation, "school", school, language="fr")  # type: ignore[arg-type]

    def stop(path: str, kind: str, subject: str, body: bytes) -> None:
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        cd.reports.write_indicator_reports(evaluation, stop, progress=False)


def test_statements_and_sensitivity_of_a_unit(
    green: cd.datasets.IndicatorCity, evaluation: cd.scheme.SchemeEvaluation, like: cd.scheme.LikeUnits
) -> None:
    improved = green.improved_district
    table = cd.scheme.statements(evaluation, "district", improved).to_dict()
    assert list(table) == ["id", "rule", "role", "zh", "en", "evidence"]
    assert all(
        id.startswith(f"shanghai-green-1.0/2026/district/{improved}/{rule}") for id, rule in zip(table["id"], table["rule"], strict=True)
    )
    assert not [text for text in table["en"] if re.search("[一-鿿]", text.replace(improved, ""))]
    schools = evaluation.units(1, "school")
    rules = [set(cd.scheme.statements(evaluation, "school", s, like=like)["rule"]) for s in schools]
    assert any(any(rule.startswith("index.like") for rule in said) for said in rules)
    without = [set(cd.scheme.statements(evaluation, "school", s)["rule"]) for s in schools]
    assert not any(any(rule.startswith("index.like") for rule in said) for said in without)
    bars = cd.scheme.sensitivity(evaluation, "district", improved).to_dict()
    assert set(bars["what"]) <= {"child_interval", "child_weight", "child_removed"}
    for low, high, what in zip(bars["low"], bars["high"], bars["what"], strict=True):
        assert low == high if what == "child_removed" else low <= high


def small_data() -> dict[str, Any]:
    rng = np.random.default_rng(7)
    school = np.repeat(np.arange(30), 25)
    home = rng.normal(0, 1, 750) + rng.normal(0, 0.5, 30)[school]
    club = (rng.random(750) < 0.4).astype(float)
    slope = 2.0 + rng.normal(0, 0.9, 30)
    score = 50 + rng.normal(0, 3, 30)[school] + slope[school] * home + 1.5 * club + rng.normal(0, 5, 750)
    return {"school": [f"s{k:02d}" for k in school], "home": home, "club": club, "score": score}


def test_drivers_are_the_mixed_models_of_multilevel() -> None:
    data = small_data()
    period = cd.scheme.Period("2026", levels=["school", "city"])
    period.add(data)
    result = drivers(period, "score", ["home", "club"], progress=False)
    assert (result.n, result.n_left_out, result.n_units, result.random_slopes) == (750, 0, 30, True)
    fit = cd.multilevel.fit("score ~ home + club + (home | school)", data)
    wanted = dict(zip(fit.fixed["term"], zip(fit.fixed["estimate"], fit.fixed["se"], strict=True), strict=True))
    effects = result.effects
    assert effects["per"] == pytest.approx([np.std(data["home"], ddof=1), 1.0], rel=1e-12)
    for k, variable in enumerate(effects["variable"]):
        estimate, se = wanted[variable]
        assert effects["estimate"][k] / effects["per"][k] == pytest.approx(estimate, rel=1e-5)
        assert effects["se"][k] / effects["per"][k] == pytest.approx(se, rel=1e-3)
        assert effects["low"][k] < effects["estimate"][k] < effects["high"][k]
    empty = cd.multilevel.fit("score ~ 1 + (1 | school)", data)
    shares = result.balance.to_dict()
    assert shares["model"] == ["without_predictors"] * 2 + ["with_predictors"] * 2
    assert shares["level"][:2] == ["pupils", "school"]
    assert shares["share"][1] == pytest.approx(empty.icc["icc"][0], rel=1e-5)
    lines = result.lines.to_dict()
    assert lines["unit"][0] is None and lines["unit"][1:] == [f"s{k:02d}" for k in range(30)]
    slopes = np.array(lines["slope"])
    assert slopes[0] == pytest.approx(wanted["home"][0], rel=1e-5) and np.std(slopes[1:]) > 0.3
    for language in LANGUAGES:
        assert all(text and "{" not in text for _, text in result.statements(language))


def test_drivers_do_not_depend_on_threads_and_say_what_is_wrong() -> None:
    data = small_data()
    data["home"][3] = np.nan
    period = cd.scheme.Period("2026", levels=["school", "city"])
    period.add(data)
    one = drivers(period, "score", ["home"], n_threads=1, progress=False)
    many = drivers(period, "score", ["home"], n_threads=3, progress=False)
    assert one.lines.to_dict() == many.lines.to_dict() and one.effects.to_dict() == many.effects.to_dict()
    assert one.n_left_out == 1
    for code, arguments in (
        ("missing_column", ("nothing", ["home"])),
        ("missing_column", ("score", ["nothing"])),
        ("invalid_argument", ("score", [])),
        ("invalid_argument", ("score", ["score"])),
    ):
        with pytest.raises(cd.CeladonError) as caught:
            drivers(period, arguments[0], arguments[1], progress=False)
        assert caught.value.code == code
        assert re.search("[一-鿿]", caught.value.cause("zh-CN")) and caught.value.cause("en")
    with pytest.raises(cd.CeladonError) as caught:
        drivers(period, "score", ["home"], frame="teachers", progress=False)
    assert caught.value.code == "missing_table"
