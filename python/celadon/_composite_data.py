"""Values of units by indicators, from whatever table they are in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _celadon
from ._celadon.composite import Tree
from ._frames import columns_of

Array = npt.NDArray[np.float64]
#: A two-dimensional array, or anything with named columns (a mapping, a pandas.DataFrame, a celadon.Table).
Values = Any
_native = _celadon.composite


def named(values: Values) -> tuple[Array, list[str]]:
    """Values as an array, with the names of its columns where it has any."""
    if isinstance(values, np.ndarray) and values.dtype.names is None:
        return np.ascontiguousarray(values, dtype=np.float64), []
    if not isinstance(values, Mapping) and not hasattr(values, "columns") and not isinstance(values, np.ndarray):
        return np.ascontiguousarray(values, dtype=np.float64), []
    columns = {name: cells for name, kind, cells, _ in columns_of(values) if kind in ("number", "integer", "boolean")}
    return np.ascontiguousarray(np.column_stack([np.asarray(c, dtype=np.float64) for c in columns.values()])), list(columns)


def matrix(values: Values, codes: Sequence[str] = ()) -> Array:
    """Values as an array; with codes, columns by name where the table has names."""
    array, names = named(values)
    if not names or not codes:
        return array
    absent = [code for code in codes if code not in names]
    if absent:
        raise ValueError(f"the table has no numbers in {', '.join(absent)}")
    return np.ascontiguousarray(array[:, [names.index(code) for code in codes]])


def indicators(tree: Tree) -> list[str]:
    return tree.codes[: tree.n_indicators]


class Measures:
    """What is measured: values of units by indicators, and the tree above them. Nothing in it is a choice.

    ``values``, ``standard_errors`` and ``denominators`` are arrays in the order of the tree's indicators (denominators: of
    ``denominator_codes``), or tables whose columns carry the codes. ``groups`` are labels for imputation by group.

    >>> import celadon as cd
    >>> tree = cd.composite.Tree.flat(2)
    >>> cd.composite.build(cd.composite.Measures([[1, 5], [2, 9], [3, 7]], tree)).index.tolist()
    [0.0, 75.0, 75.0]
    """

    def __init__(
        self,
        values: Values,
        tree: Tree,
        *,
        unit_ids: Sequence[str] | None = None,
        groups: Sequence[str] | None = None,
        denominators: Values | None = None,
        denominator_codes: Sequence[str] = (),
        standard_errors: Values | None = None,
    ) -> None:
        divisors, names = (None, []) if denominators is None else named(denominators)
        codes = indicators(tree)
        self.tree = tree
        self._native = _native._Measures(
            values=matrix(values, codes),
            tree=tree,
            unit_ids=[str(unit) for unit in unit_ids or ()],
            groups=[str(group) for group in groups or ()],
            denominators=divisors,
            denominator_codes=[str(code) for code in denominator_codes] or names,
            standard_errors=None if standard_errors is None else matrix(standard_errors, codes),
        )
