"""The simulated city and the real test of the registry."""

from __future__ import annotations

import numpy as np
import pytest

import celadon as cd


def test_the_city_says_that_it_is_simulated(city: cd.datasets.City) -> None:
    assert city.simulated
    assert city["papers"].to_dict()["simulated"] == [True]
    assert "模拟" in city["papers"].to_dict()["name"][0]
    assert "simulated" in repr(city)
    assert city.validate().ok


def test_units(city: cd.datasets.City) -> None:
    students, classes, schools, districts = (city[name].to_dict() for name in ("students", "classes", "schools", "districts"))
    assert set(students["class"]) == set(classes["id"])
    assert set(classes["school"]) == set(schools["id"])
    assert set(schools["district"]) == set(districts["id"])
    assert len(classes["id"]) == 6 and len(schools["id"]) == 2 and len(districts["id"]) == 1
    big = cd.datasets.make_city(2600, seed=1, n_items=12)
    assert big["districts"].n_rows == 3


def test_items_have_points_options_and_notes(city: cd.datasets.City) -> None:
    items = city["items"].to_dict()
    assert set(items["knowledge"]) <= set(city["knowledge"].to_dict()["id"])
    for key, options, notes, kind in zip(items["key"], items["options"], items["option_notes"], items["type"], strict=True):
        assert (kind == "选择题") == (key is not None) == (notes is not None)
        if key is not None:
            assert key in options.split(";")
            assert len(notes.split(";")) == 3 and f"{key}=" not in notes
    keys = [key for key in items["key"] if key]
    assert set(keys) == set("ABCD")
    assert any(label.endswith("(1)") for label in items["label"])


def test_same_arguments_same_data() -> None:
    one, two, other = (cd.datasets.make_city(60, seed=seed) for seed in (4, 4, 5))
    assert one["responses"].to_dict() == two["responses"].to_dict()
    assert one["responses"].to_dict() != other["responses"].to_dict()


def test_the_truth_made_the_answers() -> None:
    city = cd.datasets.make_city(4000, seed=9, absent_rate=0.0, omitted_rate=0.0)
    truth = city.truth["pupils"].to_dict()
    ability = np.array(truth["ability"])
    assert abs(ability.mean()) < 0.25 and abs(ability.std() - 1) < 0.1
    # Answers at the truth: the share of full marks of each item is its model's.
    result = cd.evaluate(city, calibrate=False, sp_tables=False, progress=False)
    table = result.tables["items"].to_dict()
    curves = [cd.irt.Model([item]).information(ability, points=None) for item in city.model.item_parameters]
    for k, item in enumerate(city.model.item_parameters):
        if item.model == "nominal":
            continue
        expected = np.mean(curves[k].expected_score) / (item.n_categories - 1)
        assert abs(table["difficulty"][k] - expected) < 0.03, item.id
    scores = dict(zip(result.tables["pupil_levels"].to_dict()["pupil"], result.tables["pupil_levels"].to_dict()["share"], strict=True))
    assert np.corrcoef(ability, [scores[s] for s in truth["student"]])[0, 1] > 0.85


def test_known_parameters_are_found_again() -> None:
    city = cd.datasets.make_city(5000, seed=21, absent_rate=0.0, omitted_rate=0.0)
    scored = cd.feedback.build_papers(city)[0].scored
    written = [item for item in city.model.item_parameters if item.model == "gpcm"]
    ids = [
        row
        for row, label in zip(city["items"].to_dict()["id"], city["items"].to_dict()["label"], strict=True)
        if label in {i.id for i in written}
    ]
    fit = cd.irt.fit(
        scored.select(items=[*ids, *[i for i in scored.item_ids if i not in ids]]),
        model={"*": "2pl", **dict.fromkeys(ids, "gpcm")},
        progress=False,
    )
    for name, truth in zip(ids, written, strict=True):
        assert abs(fit.discrimination[name] - truth.slope) < 0.2
        assert np.allclose(fit.difficulty[name], truth.difficulties, atol=0.35)


@pytest.mark.parametrize(
    "options", [{"n_pupils": 1}, {"n_pupils": 10, "n_items": 3}, {"n_pupils": 10, "seed": -1}, {"n_pupils": 10, "absent_rate": 1.0}]
)
def test_wrong_arguments(options: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"."):
        cd.datasets.make_city(**options)


def test_small_cities() -> None:
    for n, k in ((2, 4), (41, 5), (120, 40)):
        city = cd.datasets.make_city(n, n_items=k)
        assert city["responses"].n_rows == n and city["items"].n_rows == k


def test_iqitems() -> None:
    try:
        package = cd.datasets.iqitems()
    except cd.MissingExtra as missing:
        pytest.skip(str(missing))
    assert package["responses"].n_rows == 1525
    assert package["items"].n_rows == 16
    result = cd.evaluate(package, progress=False)
    table = result.tables["items"].to_dict()
    # Answers in the file itself, scored by the key of its help page; a 0 is an answer that was left out and earns no point.
    raw = package["responses"].to_dict()
    for item, key, p in zip(package["items"].to_dict()["id"], package["items"].to_dict()["key"], table["difficulty"], strict=True):
        right = np.mean([cell == key for cell in raw[item]])
        answered = np.mean([cell == key for cell in raw[item] if cell is not None])
        assert min(right, answered) - 1e-9 <= p <= max(right, answered) + 1e-9
    assert result.papers[0]["model"] == "3pl"
