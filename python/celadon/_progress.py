"""A progress bar on the terminal, for work that takes longer than a moment."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Union

#: ``progress(stage, done, total)``; `total` is 0 when it is not known. True shows a bar, False nothing, None a bar on a terminal.
Progress = Union[bool, None, Callable[[str, int, int], object]]

_AFTER_SECONDS = 0.7
_WIDTH = 30


class Bar:
    """Draws one line on standard error and rewrites it; silent for work that ends at once."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._drawn = False

    def __call__(self, stage: str, done: int, total: int) -> None:
        if time.monotonic() - self._started < _AFTER_SECONDS:
            return
        self._drawn = True
        if total > 0:
            filled = min(_WIDTH, _WIDTH * done // total)
            line = f"{stage} [{'#' * filled}{'.' * (_WIDTH - filled)}] {100 * done // total:3d}%"
        else:
            line = f"{stage} {done}"
        print(f"\r{line:<70}", end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        """Ends the line."""
        if self._drawn:
            print(file=sys.stderr, flush=True)
            self._drawn = False

    def __del__(self) -> None:
        self.close()


def resolve(progress: Progress) -> Callable[[str, int, int], object] | None:
    """The callable behind a `progress` argument."""
    if progress is None:
        return Bar() if sys.stderr is not None and sys.stderr.isatty() else None
    if progress is True:
        return Bar()
    if progress is False:
        return None
    return progress
