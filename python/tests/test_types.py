"""The shipped types say what the package does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import celadon

PACKAGE = Path(celadon.__file__).parent
#: In a checkout the package is no installed one and its folder has to be named.
ENVIRONMENT = dict(os.environ) if PACKAGE.parent.name == "site-packages" else {**os.environ, "MYPYPATH": str(PACKAGE.parent)}


def test_the_package_is_typed() -> None:
    assert (PACKAGE / "py.typed").is_file()
    assert (PACKAGE / "_celadon" / "__init__.pyi").is_file() or (PACKAGE / "_celadon.pyi").is_file()


def test_stubs_match_the_extension(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    # Every class of pybind11 has its metaclass and, where Python cannot construct it, a general __init__; a stub names neither.
    allowed = tmp_path / "allowed.txt"
    allowed.write_text("celadon\\._celadon(\\.[a-z_]+)?\\._?[A-Z]\\w*\nceladon\\._celadon(\\.[a-z_]+)?\\._?[A-Z]\\w*\\.__init__\n")
    # Optional packages without types are no business of the stubs.
    settings = tmp_path / "mypy.ini"
    settings.write_text("[mypy]\nignore_missing_imports = True\n")
    command = [sys.executable, "-m", "mypy.stubtest", "celadon._celadon", "--allowlist", str(allowed), "--ignore-unused-allowlist"]
    command += ["--mypy-config-file", str(settings)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, timeout=300, env=ENVIRONMENT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_users_program_is_checked(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    right = tmp_path / "right.py"
    right.write_text(
        "import celadon as cd\n"
        "responses = cd.Responses.from_table({'q1': [1, 0]})\n"
        "fit: cd.irt.Fit = cd.irt.fit(responses, model='2pl')\n"
        "alpha: float = cd.ctt.reliability(responses).alpha\n"
        "page: str = cd.evaluate({}).pupil_report(0).to_html()\n"
    )
    wrong = tmp_path / "wrong.py"
    wrong.write_text(
        "import celadon as cd\n"
        "responses = cd.Responses.from_table({'q1': [1, 0]})\n"
        "cd.irt.fit(responses, model='5pl')\n"
        "name: str = cd.ctt.reliability(responses).alpha\n"
    )
    command = [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "--cache-dir", str(tmp_path / "cache")]
    assert subprocess.run([*command, str(right)], capture_output=True, check=False, timeout=300, env=ENVIRONMENT).returncode == 0
    told = subprocess.run([*command, str(wrong)], capture_output=True, text=True, check=False, timeout=300, env=ENVIRONMENT).stdout
    assert told.count("error:") == 2
