"""Types of celadon.scheme."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from . import Finding, _Frame

_Progress = Callable[[str, int, int], object] | None

class Scheme(_Frame):
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> dict[str, str]: ...
    @property
    def label(self) -> dict[str, str]: ...
    @property
    def edition(self) -> str: ...
    @property
    def document(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def sources(self) -> list[str]: ...
    @property
    def extends(self) -> str: ...
    @property
    def hash(self) -> str: ...
    @property
    def findings(self) -> list[Finding]: ...

class SchemeEvaluation(_Frame):
    @property
    def findings(self) -> list[Finding]: ...
    @property
    def periods(self) -> list[str]: ...
    def units(self, period: int, level: str) -> list[str]: ...

class LikeUnits(_Frame):
    @property
    def like(self) -> npt.NDArray[np.int32]: ...
    @property
    def distance(self) -> npt.NDArray[np.float64]: ...

class _PeriodData:
    def __init__(self, id: str, levels: Sequence[str]) -> None: ...
    def add(
        self,
        table: object,
        name: str,
        persons: bool,
        weight: str,
        plausible_values: Sequence[tuple[str, Sequence[str]]],
        estimand: str,
        n_groups: int,
        seed: int,
        replicate_weights: Sequence[str],
        scale: float,
        degrees_of_freedom: float,
    ) -> None: ...
    def add_link_error(self, indicator: str, se: float) -> None: ...
    @property
    def findings(self) -> list[Finding]: ...

def parse(text: str, bases: Mapping[str, str]) -> Scheme: ...
def shipped() -> list[str]: ...
def shipped_text(id: str) -> str: ...
def evaluate(
    scheme: Scheme,
    periods: Sequence[_PeriodData],
    confidence: float,
    audience: str,
    least_n: int,
    hide_all_or_none: bool,
    false_discovery: float,
    n_threads: int,
    progress: _Progress,
) -> SchemeEvaluation: ...
def like_units(
    evaluation: SchemeEvaluation,
    period: int,
    level: str,
    background: npt.NDArray[np.float64],
    n_like: int,
    confidence: float,
    false_discovery: float,
) -> LikeUnits: ...
