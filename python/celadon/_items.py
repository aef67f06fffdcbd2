"""What is known about items, for callers that hold no data package."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ._celadon import _Item


@dataclass
class Item:
    """One item of a paper (a row of the 双向细目表).

    ``id`` is the column in the responses. Categories are worth their number of points unless ``category_scores`` says otherwise.
    ``planned_difficulty`` is a share of points gained in [0, 1] (large = easy).

    >>> import celadon as cd
    >>> item = cd.Item("q1", full_mark=3, knowledge=["fractions"])
    >>> item.full_mark
    3
    """

    id: str
    label: str = ""
    subject: str = ""
    type: str = ""
    stem: str = ""
    key: str = ""
    choice_group: str = ""
    bonus: bool = False
    note: str = ""
    knowledge: Sequence[str] = ()
    ability_level: str = ""
    cognitive_level: str = ""
    full_mark: float = 1.0
    category_scores: Sequence[float] = ()
    category_labels: Sequence[str] = ()
    option_notes: Sequence[str] = ()
    planned_difficulty: float = field(default=math.nan)

    def _native(self) -> _Item:
        native = _Item()
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            setattr(native, name, list(value) if isinstance(value, (tuple, list)) else value)
        return native


def native_items(items: Iterable[Item | Mapping[str, Any]] | None) -> list[_Item]:
    """Items for the engine from Item objects or mappings of their fields."""
    if items is None:
        return []
    return [(item if isinstance(item, Item) else Item(**dict(item)))._native() for item in items]
