"""Reports of an evaluation: one model, drawn as a self-contained page, as JSON, as SVG and Vega-Lite charts.

A pupil's page holds that pupil's figures only and no rank. Pages need no script and no network, and print on A4.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Union

from . import _celadon
from ._celadon import Chart, Report

if TYPE_CHECKING:
    from .evaluation import Evaluation, Language, Written

__all__ = [
    "Chart",
    "Report",
    "class_report",
    "index_report",
    "pupil_report",
    "school_report",
    "statements",
    "svg",
    "to_html",
    "to_json",
    "vega_lite",
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
