"""Every example in a docstring runs and prints what it says, and every public function has one."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
import types

import pytest

import celadon

MODULES = ["celadon", *sorted(f"celadon.{m.name}" for m in pkgutil.iter_modules(celadon.__path__) if m.name != "__main__")]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    module = importlib.import_module(name)
    result = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    assert result.failed == 0


def test_examples_of_the_extension() -> None:
    finder = doctest.DocTestFinder(recurse=False)
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    tried = 0
    for method in ("from_table", "scored"):
        for test in finder.find(getattr(celadon.Responses, method), f"Responses.{method}", module=False, globs={}):
            tried += runner.run(test).attempted
    assert tried >= 5
    assert runner.summarize(verbose=False).failed == 0


def public_functions() -> list[tuple[str, types.FunctionType]]:
    found = []
    for module in (
        celadon.cdm,
        celadon.composite,
        celadon.ctt,
        celadon.irt,
        celadon.feedback,
        celadon.datasets,
        celadon.green,
        celadon.standard_setting,
    ):
        for name in module.__all__:
            value = getattr(module, name)
            if inspect.isfunction(value):
                found.append((f"{module.__name__}.{name}", value))
    return found


@pytest.mark.parametrize(("name", "function"), public_functions())
def test_public_functions_are_described(name: str, function: types.FunctionType) -> None:
    assert function.__doc__, name
    same_as = "The same as :meth:`" in function.__doc__
    assert ">>>" in function.__doc__ or same_as or name.endswith("empirical_reliability"), f"{name} has no example"
