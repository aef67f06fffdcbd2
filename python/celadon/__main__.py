"""celadon import | validate | evaluate | report | explain | lint-comments | demo"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line: with typer where it is installed, with argparse otherwise."""
    if importlib.util.find_spec("typer") is not None:
        from ._cli_typer import main as run
    else:
        from ._cli_argparse import main as run
    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
