"""Types of what is said and drawn of an indicator scheme."""

from collections.abc import Callable, Sequence

from . import Finding, Report, Table, _Frame
from .scheme import LikeUnits, SchemeEvaluation, _PeriodData

_Progress = Callable[[str, int, int], object] | None
_Texts = Sequence[tuple[str, str, str]]

class Drivers(_Frame):
    @property
    def outcome(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def period(self) -> str: ...
    @property
    def n(self) -> int: ...
    @property
    def n_left_out(self) -> int: ...
    @property
    def n_units(self) -> int: ...
    @property
    def random_slopes(self) -> bool: ...
    @property
    def confidence(self) -> float: ...
    @property
    def findings(self) -> list[Finding]: ...
    @property
    def effects(self) -> Table: ...
    @property
    def balance(self) -> Table: ...
    @property
    def lines(self) -> Table: ...
    def statements(self, language: str = "zh-CN") -> list[tuple[str, str]]: ...

def drivers(
    period: _PeriodData,
    outcome: str,
    outcome_name: tuple[str, str],
    predictors: _Texts,
    frame: str,
    confidence: float,
    false_discovery: float,
    least_units_above: int,
    least_n: int,
    n_threads: int,
    progress: _Progress,
) -> Drivers: ...
def statements(evaluation: SchemeEvaluation, period: int, level: str, unit: str, like: LikeUnits | None) -> Table: ...
def sensitivity(evaluation: SchemeEvaluation, period: int, level: str, unit: str, weight_factor: float) -> Table: ...
def indicator_report(
    evaluation: SchemeEvaluation,
    level: str,
    unit: str,
    *,
    language: str,
    period: int,
    like: LikeUnits | None,
    drivers: Sequence[Drivers],
    names: _Texts,
    estimand: str,
    simulated: bool,
) -> Report: ...
def write_indicator_reports(
    evaluation: SchemeEvaluation,
    target: str | Callable[[str, str, str, bytes], object],
    *,
    language: str,
    period: int,
    like: LikeUnits | None,
    drivers: Sequence[Drivers],
    names: _Texts,
    estimand: str,
    simulated: bool,
    levels: Sequence[str],
    index: bool,
    html: bool,
    json: bool,
    n_threads: int,
    progress: _Progress,
) -> tuple[int, int]: ...
