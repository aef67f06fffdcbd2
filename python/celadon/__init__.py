"""Celadon: an evaluation and analytics engine for school education.

>>> import celadon as cd
>>> responses = cd.Responses.from_table({"q1": [1, 0, 1, 1], "q2": [1, 0, 0, 1], "q3": [1, 0, 1, 0]})
>>> cd.ctt.item_analysis(responses).n_used
4
"""

from __future__ import annotations

from . import cdm, composite, ctt, datasets, feedback, green, irt, multilevel, reports, scheme, standard_setting, survey, workbook, xlsx
from ._celadon import Chart, Dataset, Finding, LogicError, Report, Responses, Table, __version__
from ._errors import CeladonError, MissingExtra
from ._findings import Findings
from ._items import Item
from .evaluation import Evaluation, default_profile, evaluate
from .package import Package, read_package, write_package
from .workbook import import_workbook

__all__ = [
    "CeladonError",
    "Chart",
    "Dataset",
    "Evaluation",
    "Finding",
    "Findings",
    "Item",
    "LogicError",
    "MissingExtra",
    "Package",
    "Report",
    "Responses",
    "Table",
    "__version__",
    "cdm",
    "composite",
    "ctt",
    "datasets",
    "default_profile",
    "evaluate",
    "feedback",
    "green",
    "import_workbook",
    "irt",
    "multilevel",
    "read_package",
    "reports",
    "scheme",
    "standard_setting",
    "survey",
    "workbook",
    "write_package",
    "xlsx",
]
