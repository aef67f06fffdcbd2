"""Reports of an evaluation: one model, drawn as a self-contained page, as JSON, as SVG and Vega-Lite charts.

A pupil's page holds that pupil's figures only and no rank. Pages need no script and no network, and print on A4.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union

from . import _celadon
from ._celadon import Chart, Report
from ._progress import Progress, resolve

if TYPE_CHECKING:
    from ._celadon.indicators import Drivers
    from .evaluation import Evaluation, Language, Written
    from .scheme import Estimand, LikeUnits, SchemeEvaluation

__all__ = [
    "Chart",
    "Report",
    "class_report",
    "index_report",
    "indicator_report",
    "pupil_report",
    "school_report",
    "statements",
    "svg",
    "to_html",
    "to_json",
    "vega_lite",
    "write_indicator_reports",
    "write_reports",
]


def pupil_report(
    evaluation: Evaluation, student: Union[str, int], *, paper: int = 0, language: Language | None = None, signed_by: str = ""
) -> Report:
    """The page of one pupil, by identifier or by row from 0: level with band and interval, every item, knowledge points, next step.

    Raises KeyError for an unknown identifier and :class:`celadon.CeladonError` for a row outside the paper.

    >>> import celadon as cd
    >>> result = cd.evaluate(cd.datasets.make_city(80, seed=3), progress=False)
    >>> page = cd.reports.pupil_report(result, "P0000001", language="en")
    >>> page.language, page.to_html().startswith("<!doctype html>")
    ('en', True)
    """
    row = evaluation._native.person_index(paper, student) if isinstance(student, str) else student
    return _celadon._pupil_report(evaluation._native, paper, row, language or evaluation.language, signed_by)


def class_report(
    evaluation: Evaluation, review: int = 0, *, paper: int = 0, language: Language | None = None, signed_by: str = ""
) -> Report:
    """The pages of one class for its teacher (number of the review), the 讲评单 first. ``signed_by`` takes the draft mark off.

    >>> import celadon as cd
    >>> result = cd.evaluate(cd.datasets.make_city(80, seed=3), progress=False)
    >>> len(cd.reports.class_report(result).charts) > 0
    True
    """
    return _celadon._class_report(evaluation._native, paper, review, language or evaluation.language, signed_by)


def school_report(
    evaluation: Evaluation, school: int = -1, *, paper: int = 0, language: Language | None = None, signed_by: str = ""
) -> Report:
    """The pages of one school (number), or of everybody who sat the paper (-1). Figures of small groups are suppressed.

    >>> import celadon as cd
    >>> result = cd.evaluate(cd.datasets.make_city(80, seed=3), progress=False)
    >>> cd.reports.school_report(result).language
    'zh-CN'
    """
    return _celadon._school_report(evaluation._native, paper, school, language or evaluation.language, signed_by)


def index_report(evaluation: Evaluation, *, language: Language | None = None, signed_by: str = "") -> Report:
    """The page that links to all the others, for the school's staff.

    >>> import celadon as cd
    >>> result = cd.evaluate(cd.datasets.make_city(80, seed=3), progress=False)
    >>> "pupil/" in cd.reports.index_report(result).to_html() or "class/" in cd.reports.index_report(result).to_html()
    True
    """
    return _celadon._index_report(evaluation._native, language or evaluation.language, signed_by)


def write_reports(evaluation: Evaluation, out: Any, **options: Any) -> Written:
    """The same as :meth:`celadon.Evaluation.write_reports`."""
    return evaluation.write_reports(out, **options)


def _page_options(
    evaluation: SchemeEvaluation,
    language: Language,
    period: int,
    like: LikeUnits | None,
    drivers: Iterable[Drivers],
    names: Mapping[str, Mapping[str, str]] | None,
    estimand: Estimand,
    simulated: bool,
) -> dict[str, Any]:
    return {
        "language": language,
        "period": period % len(evaluation.periods),
        "like": like,
        "drivers": list(drivers),
        "names": [(level, id, name) for level, known in (names or {}).items() for id, name in known.items()],
        "estimand": estimand,
        "simulated": simulated,
    }


def indicator_report(
    evaluation: SchemeEvaluation,
    level: str,
    unit: str,
    *,
    language: Language = "zh-CN",
    period: int = -1,
    like: LikeUnits | None = None,
    drivers: Iterable[Drivers] = (),
    names: Mapping[str, Mapping[str, str]] | None = None,
    estimand: Estimand = "like_cohort",
    simulated: bool = False,
) -> Report:
    """The page of one unit of an indicator scheme: every index with its interval, what changed, where differences lie. No rank.

    ``like`` is a result of :func:`celadon.scheme.like_units` for the period, used where it is of this level; ``drivers`` are results of
    ``celadon.green.drivers`` for the period; ``names`` has what units are called, by level and id; ``estimand`` is what the frames were
    given, for the note on intervals; ``simulated`` puts a badge on. Hidden figures of small groups do not stand on it, and other units
    appear without names. Raises :class:`celadon.CeladonError` for a level or unit that is not there.

    >>> import celadon as cd
    >>> city = cd.datasets.make_indicator_city(2000, n_districts=2, n_schools=12, seed=2)
    >>> periods = [city.period(id) for id in city.periods]
    >>> result = cd.scheme.evaluate(cd.scheme.load("shanghai-green-1.0"), periods)
    >>> school = result.units(1, "school")[0]
    >>> page = cd.reports.indicator_report(result, "school", school, names={"school": {school: "Green Lane"}}, language="en")
    >>> page.language, "Green Lane" in page.to_html(), "<script" in page.to_html()
    ('en', True, False)
    """
    options = _page_options(evaluation, language, period, like, drivers, names, estimand, simulated)
    return _celadon.indicators.indicator_report(evaluation, level, unit, **options)


def write_indicator_reports(
    evaluation: SchemeEvaluation,
    out: Union[str, os.PathLike[str], Callable[[str, str, str, bytes], object]],
    *,
    language: Language = "zh-CN",
    period: int = -1,
    like: LikeUnits | None = None,
    drivers: Iterable[Drivers] = (),
    names: Mapping[str, Mapping[str, str]] | None = None,
    estimand: Estimand = "like_cohort",
    simulated: bool = False,
    levels: Iterable[str] = (),
    index: bool = True,
    html: bool = True,
    json: bool = False,
    n_threads: int = 0,
    progress: Progress = None,
) -> Written:
    """Writes the pages of all units to a folder or to a function of path, kind, subject and bytes; options as :func:`indicator_report`.

    Pages come in a fixed order: ``index.html``, then the ``levels`` (none: from schools up) from the highest down, as
    ``<scheme>/<level>/<unit>.html``; ``json`` writes the same reports as JSON beside. The same bytes for any ``n_threads``. Raises
    :class:`celadon.CeladonError` for a level that is not there and a folder that cannot be written; what the function raises comes out.

    >>> import celadon as cd
    >>> city = cd.datasets.make_indicator_city(2000, n_districts=2, n_schools=12, seed=2)
    >>> periods = [city.period(id) for id in city.periods]
    >>> result = cd.scheme.evaluate(cd.scheme.load("shanghai-green-1.0"), periods)
    >>> pages = {}
    >>> keep = lambda path, kind, subject, body: pages.update({path: kind})
    >>> written = cd.reports.write_indicator_reports(result, keep, simulated=True, progress=False)
    >>> written.pages == len(pages), list(pages.values())[:3]
    (True, ['index', 'city', 'district'])
    """
    from .evaluation import Written

    options = {
        **_page_options(evaluation, language, period, like, drivers, names, estimand, simulated),
        "levels": list(levels),
        "index": index,
        "html": html,
        "json": json,
        "n_threads": n_threads,
        "progress": resolve(progress),
    }
    if callable(out):
        return Written(Path(), *_celadon.indicators.write_indicator_reports(evaluation, out, **options))
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    return Written(folder, *_celadon.indicators.write_indicator_reports(evaluation, str(folder), **options))


def statements(report: Report) -> list[tuple[str, str]]:
    """Every sentence of a report with its id, in reading order; ``Evaluation.explain(id)`` gives the rule and the numbers.

    >>> import celadon as cd
    >>> result = cd.evaluate(cd.datasets.make_city(80, seed=3), progress=False)
    >>> ids = [id for id, _ in cd.reports.statements(result.pupil_report(0)) if id]
    >>> sorted(result.explain(ids[0]))[:3]
    ['borderline', 'evidence', 'id']
    """
    return list(report.statements)


def to_html(report: Report) -> str:
    """One self-contained page.

    >>> import celadon as cd
    >>> result = cd.evaluate(cd.datasets.make_city(80, seed=3), progress=False)
    >>> "<script" in cd.reports.to_html(result.pupil_report(0))
    False
    """
    return str(report.to_html())


def to_json(report: Report) -> str:
    """The report model as JSON text, for a host's own pages.

    >>> import celadon as cd, json
    >>> result = cd.evaluate(cd.datasets.make_city(80, seed=3), progress=False)
    >>> json.loads(cd.reports.to_json(result.pupil_report(0)))["language"]
    'zh-CN'
    """
    return str(report.to_json())


def svg(chart: Chart, *, narrow: bool = False) -> str:
    """A chart as one self-contained SVG text; ``narrow`` draws for a phone's width.

    >>> import celadon as cd
    >>> bank = cd.irt.Model([cd.irt.ItemParameters("q1", "2pl", 2.0, [0.0])])
    >>> cd.reports.svg(bank.chart()).startswith("<svg")
    True
    """
    return str(chart.to_svg(narrow))


def vega_lite(chart: Chart) -> dict[str, Any]:
    """A chart as a Vega-Lite 5 specification: ``altair.Chart.from_dict(cd.reports.vega_lite(chart))``.

    >>> import celadon as cd
    >>> bank = cd.irt.Model([cd.irt.ItemParameters("q1", "2pl", 2.0, [0.0])])
    >>> "vega-lite/v5" in cd.reports.vega_lite(bank.chart())["$schema"]
    True
    """
    return dict(json.loads(chart.to_vega()))
