"""Packing tables and arrays into responses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import celadon as cd

CELLS = hnp.arrays(np.int8, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=9), elements=st.integers(-4, 5))


@given(CELLS)
@settings(max_examples=60, deadline=None)
def test_an_array_comes_back_as_it_went_in(cells: np.ndarray[Any, Any]) -> None:
    assert np.array_equal(cd.Responses.from_table(cells).to_numpy(), cells)


@pytest.mark.parametrize("kind", [np.int8, np.int16, np.int32, np.int64, np.uint8, np.float64, bool])
def test_every_type_of_number(kind: Any) -> None:
    cells = np.array([[0, 1], [1, 1], [1, 0]])
    assert np.array_equal(cd.Responses.from_table(cells.astype(kind)).to_numpy(), cells)


def test_views_with_strides() -> None:
    cells = np.arange(48, dtype=np.int32).reshape(6, 8) % 5
    for view in (cells.T, cells[::2], cells[:, ::-1], np.asfortranarray(cells), cells[1:4, 2:7:2]):
        assert np.array_equal(cd.Responses.from_table(view).to_numpy(), view)


def test_missing_kinds_are_kept_apart() -> None:
    table = {"q1": [0, 9, 8, None], "q2": ["A", "", "B", None]}
    packed = cd.Responses.from_table(table, missing={9: "omitted", 8: "invalid", "": "not_reached", None: "not_administered"})
    assert packed.to_numpy().tolist() == [[0, 0], [-3, -2], [-4, 1], [-1, -1]]
    assert packed.labels[1] == ["A", "B"]


def test_floats_with_nan() -> None:
    cells = np.array([[1.0, np.nan], [0.0, 2.0]])
    assert cd.Responses.from_table(cells, missing={None: "omitted"}).to_numpy().tolist() == [[1, -3], [0, 2]]


def frames() -> dict[str, Any]:
    """The same table in every frame that can be had."""
    duckdb = pytest.importorskip("duckdb")
    pd = pytest.importorskip("pandas")
    pl = pytest.importorskip("polars")
    pa = pytest.importorskip("pyarrow")
    plain = {"q1": [0, 1, None, 3], "q2": ["A", None, "B", "A"]}
    arrow = pa.table(plain)
    chunked = pa.concat_tables([arrow.slice(0, 1), arrow.slice(1, 3)])
    return {
        "dict": plain,
        "pandas": pd.DataFrame({"q1": pd.array([0, 1, None, 3], dtype="Int64"), "q2": plain["q2"]}),
        "pandas float": pd.DataFrame({"q1": [0, 1, np.nan, 3], "q2": plain["q2"]}),
        "polars": pl.DataFrame(plain),
        "polars int8": pl.DataFrame(plain).with_columns(pl.col("q1").cast(pl.Int8)),
        "pyarrow": arrow,
        "chunks": chunked,
        "large text": arrow.set_column(1, "q2", arrow["q2"].cast(pa.large_string())),
        "dictionary": arrow.set_column(1, "q2", arrow["q2"].dictionary_encode()),
        "string view": arrow.set_column(1, "q2", arrow["q2"].cast(pa.string_view())),
        "float32": arrow.set_column(0, "q1", arrow["q1"].cast(pa.float32())),
        "batch": arrow.to_batches()[0],
        "duckdb": duckdb.sql("SELECT * FROM arrow"),
        "records": [dict(zip(plain, row, strict=True)) for row in zip(*plain.values(), strict=True)],
    }


def test_every_frame_gives_the_same() -> None:
    for name, frame in frames().items():
        packed = cd.Responses.from_table(frame)
        assert packed.to_numpy().tolist() == [[0, 0], [1, -1], [-1, 1], [3, 0]], name
        assert packed.item_ids == ["q1", "q2"], name


def test_choosing_columns() -> None:
    packed = cd.Responses.from_table({"id": ["x", "y"], "q2": [1, 0], "q1": [0, 2]}, items=["q1", "q2"])
    assert packed.item_ids == ["q1", "q2"]
    assert packed.select(items=["q2"], persons=[1, 1]).to_numpy().tolist() == [[0], [0]]
    assert packed.n_categories == [3, 2]
    assert (len(packed), packed.shape, packed.nbytes > 0) == (2, (2, 2), True)


@pytest.mark.parametrize(
    ("table", "options", "code"),
    [
        ({"q1": [0, 300]}, {}, "too_many_categories"),
        ({"q1": [0.5, 1]}, {}, None),
        ({"q1": [float("inf"), 1]}, {}, None),
        ({"q1": [0, -7]}, {}, None),
        ({"q1": [0, 1]}, {"items": ["q9"]}, None),
        (np.array([[0, 1]]), {"items": ["a", "a"]}, "duplicate_id"),
    ],
)
def test_what_cannot_be_packed_says_so(table: Any, options: dict[str, Any], code: str | None) -> None:
    with pytest.raises(cd.CeladonError) as caught:
        cd.Responses.from_table(table, **options)
    assert caught.value.code in cd._celadon.code_names()
    if code is not None:
        assert caught.value.code == code
    assert caught.value.cause("zh-CN") and caught.value.fix("zh-CN") and caught.value.cause("en") and caught.value.fix("en")


@pytest.mark.parametrize("table", [None, 3, "q1", np.zeros(3), np.zeros((2, 2, 2)), {"q1": [1], "q2": [1, 2]}])
def test_what_is_no_table(table: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        cd.Responses.from_table(table)


def test_two_hundred_categories_and_one_cell() -> None:
    wide = cd.Responses.from_table({"q": list(range(200))})
    assert wide.n_categories == [200]
    assert cd.Responses.from_table(np.zeros((1, 1), dtype=np.int8)).shape == (1, 1)


def test_scored_by_key() -> None:
    raw = cd.Responses.from_table({"q1": ["A", "B", None], "q2": [2, 1, 2]})
    assert raw.scored(["B", 2]).to_numpy().tolist() == [[0, 1], [1, 0], [-1, 1]]
    with pytest.raises(ValueError, match="key"):
        raw.scored(["B"])


def test_views_are_read_only(responses: cd.Responses) -> None:
    totals = cd.ctt.test_scores(responses).total
    with pytest.raises(ValueError, match="read-only"):
        totals[0] = 5.0


def test_views_outlive_their_result(responses: cd.Responses) -> None:
    totals = [cd.ctt.test_scores(responses).total for _ in range(20)]
    assert all(np.array_equal(total, totals[0]) for total in totals)
