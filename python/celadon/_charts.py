"""Charts of results: the words around the data, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from . import _celadon
from ._celadon import Chart

if TYPE_CHECKING:
    from ._irt_model import Model

Language = Literal["zh-CN", "en"]
_native = _celadon.charts


def _words(language: Language, zh: tuple[str, ...], en: tuple[str, ...]) -> list[str]:
    return list(zh if language == "zh-CN" else en)


def information(model: Model, language: Language) -> Chart:
    """Test information with its standard error."""
    curves = model.information()
    ability = np.asarray(curves.abilities)
    height = np.asarray(curves.information)
    best = float(ability[int(np.argmax(height))])
    title, told, *words = _words(
        language,
        ("测验信息量", "信息量最大处在能力 {x:.1f}", "能力", "信息量", "标准误"),
        ("Test information", "Information is largest at ability {x:.1f}", "ability", "information", "standard error"),
    )
    return _native.information(title, told.format(x=best), ability.tolist(), height.tolist(), np.asarray(curves.se).tolist(), words)


def item_curves(model: Model, item: str, language: Language) -> Chart:
    """Response curves of one item: one for a 0/1 item, else one a category."""
    table = model.category_curves(item).to_dict()
    ability = list(dict.fromkeys(table["ability"]))
    categories = sorted(set(table["category"]))
    curves = [(str(c), [p for p, k in zip(table["probability"], table["category"], strict=True) if k == c]) for c in categories]
    if len(curves) == 2:
        curves = curves[1:]
    title, told, *words = _words(
        language,
        ("题目特征曲线:{item}", "各能力水平上答对(或得到各分数)的概率", "能力", "概率", "观察到的比例"),
        ("Curves of item {item}", "Probability of each category along ability", "ability", "probability", "observed share"),
    )
    return _native.item_curves(title.format(item=item), told, item, ability, curves, [], words)


def wright_map(model: Model, abilities: Any, language: Language) -> Chart:
    """Abilities of persons beside the difficulties of items."""
    values = np.asarray(abilities, dtype=np.float64)
    values = values[np.isfinite(values)]
    marks = [(item.id, float(b)) for item in model.item_parameters for b in item.difficulties if np.isfinite(b)]
    ends = [*values.tolist(), *(b for _, b in marks)] or [0.0]
    lowest, highest = float(np.floor(min(ends))), float(np.ceil(max(ends)))
    if lowest == highest:
        highest += 1.0
    title, told, *words = _words(
        language,
        ("能力与难度对照图", "左边是人数,右边是题目的难度,同一把尺", "人", "题目", "能力与难度"),
        ("Wright map", "Persons on the left, difficulties of items on the right, one scale", "persons", "items", "ability and difficulty"),
    )
    return _native.wright_map(title, told, values, int(4 * (highest - lowest)), lowest, highest, marks, words)


def scores(values: Any, language: Language, n_bins: int) -> Chart:
    """How many persons reached which score."""
    array = np.asarray(values, dtype=np.float64)
    array = array[np.isfinite(array)]
    if array.size == 0:
        raise ValueError("there is no score to draw")
    lowest, highest = float(array.min()), float(array.max())
    if lowest == highest:
        lowest, highest = lowest - 0.5, highest + 0.5
    mean = float(array.mean())
    title, told, *words = _words(
        language,
        ("分数分布", "{n} 人,平均 {mean:.1f} 分", "分数", "人数", "平均"),
        ("Score distribution", "{n} persons, mean {mean:.1f}", "score", "persons", "mean"),
    )
    return _native.score_distribution(title, told.format(n=array.size, mean=mean), array, n_bins, lowest, highest, mean, words)


def distractors(result: Any, item: str, language: Language) -> Chart:
    """Share of each option by score group."""
    table = result.to_dict()
    rows = [k for k, name in enumerate(table["item"]) if name == item]
    if not rows:
        raise KeyError(item)
    groups = [name for name in table if name.startswith("group_")]
    options = [
        (table["option"][k], bool(table["is_key"][k]), [float("nan") if table[g][k] is None else table[g][k] for g in groups]) for k in rows
    ]
    title, told, *words = _words(
        language,
        ("选项分布:{item}", "从低分组到高分组选择各选项的比例", "比例", "正确答案"),
        ("Options of {item}", "Share of each option from the lowest to the highest score group", "share", "key"),
    )
    return _native.distractors(title.format(item=item), told, item, [str(k + 1) for k in range(len(groups))], options, words)


def sp_chart(table: Any, language: Language) -> Chart:
    """S-P chart: persons by items in chart order; persons stand as numbers."""
    right = np.asarray(table.right)
    n, k = right.shape
    items = list(table.items.to_dict()["item"])[:k]
    title, told, *words = _words(
        language,
        ("S-P 表", "{n} 人 {k} 题,S 曲线与 P 曲线", "S 曲线", "P 曲线"),
        ("S-P chart", "{n} persons, {k} items, S and P curves", "S curve", "P curve"),
    )
    s_curve, p_curve = np.asarray(table.s_curve).tolist(), np.asarray(table.p_curve).tolist()
    persons = [str(i + 1) for i in range(n)]
    return _native.sp_chart(title, told.format(n=n, k=k), persons, items, right.astype(np.uint8), s_curve, p_curve, words)
