"""Clean consumers of an installed Celadon: CMake packages and pkg-config, in C and C++, compiled and header-only; and mixed forms that must
not link.

usage: install_test.py PREFIX WORK CC CXX [Install.test_x]
"""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
PREFIX = pathlib.Path(sys.argv.pop(1)).resolve()
WORK = pathlib.Path(sys.argv.pop(1)).resolve()
CC = sys.argv.pop(1)
CXX = sys.argv.pop(1)


def library_dir() -> pathlib.Path:
    return next(PREFIX.rglob("libceladon.a")).parent


def environment() -> dict[str, str]:
    own = dict(os.environ, PKG_CONFIG_PATH=str(library_dir() / "pkgconfig"), LD_LIBRARY_PATH=str(library_dir()))
    for name in ("CFLAGS", "CXXFLAGS", "LDFLAGS", "CMAKE_PREFIX_PATH"):
        own.pop(name, None)
    return own


def run(*command: object, ok: bool = True) -> str:
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, env=environment(), check=False)
    text = done.stdout + done.stderr
    if ok and done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{text}")
    if not ok and done.returncode == 0:
        raise AssertionError(f"{' '.join(map(str, command))} should have failed:\n{text}")
    return text


class Install(unittest.TestCase):
    def folder(self) -> pathlib.Path:
        folder = WORK / self.id().split(".")[-1]
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def configure(self, source: str, *options: str, ok: bool = True) -> tuple[pathlib.Path, str]:
        build = self.folder()
        text = run(
            "cmake",
            "-S",
            HERE / source,
            "-B",
            build,
            f"-DCMAKE_PREFIX_PATH={PREFIX}",
            f"-DCMAKE_C_COMPILER={CC}",
            f"-DCMAKE_CXX_COMPILER={CXX}",
            *options,
            ok=ok,
        )
        return build, text

    def build_and_run(self, source: str) -> str:
        build, _ = self.configure(source)
        run("cmake", "--build", build)
        return run(build / "consumer")

    def test_c_by_find_package(self) -> None:
        self.assertIn("alpha 0.800", self.build_and_run("c"))

    def test_cpp_by_find_package(self) -> None:
        self.assertIn("alpha 0.800", self.build_and_run("cpp"))

    def test_header_only_by_find_package(self) -> None:
        """Compiles the bodies where CELADON_INSTALL_COMPILES is set (nightly); else links the build's, made from the same headers."""
        bodies = os.environ.get("CELADON_HEADER_ONLY_BODIES", "")
        if os.environ.get("CELADON_INSTALL_COMPILES") or not bodies:
            self.assertIn("alpha 0.800", self.build_and_run("headers"))
            return
        source = HERE.parents[1]
        ours = {p.relative_to(source / "include"): p.read_bytes() for p in (source / "include" / "celadon").rglob("*") if p.is_file()}
        installed = {p.relative_to(PREFIX / "include"): p.read_bytes() for p in (PREFIX / "include" / "celadon").rglob("*") if p.is_file()}
        self.assertEqual(ours, installed)
        unit = next(PREFIX.rglob("celadon_headers.cpp"))
        self.assertEqual(unit.read_bytes(), (source / "src" / "celadon_headers.cpp").read_bytes())
        build, _ = self.configure("headers", f"-DBODIES={bodies}")
        run("cmake", "--build", build)
        self.assertIn("alpha 0.800", run(build / "consumer"))

    def test_c_by_pkg_config(self) -> None:
        program = self.folder() / "consumer"
        flags = run("pkg-config", "--cflags", "celadon_c").split()
        libraries = run("pkg-config", "--libs", "celadon_c").split()
        run(CC, "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", *flags, HERE / "c" / "main.c", "-o", program, *libraries)
        self.assertIn("alpha 0.800", run(program))

    def test_cpp_by_pkg_config(self) -> None:
        program = self.folder() / "consumer"
        flags = run("pkg-config", "--cflags", "celadon").split()
        libraries = run("pkg-config", "--libs", "celadon").split()
        run(CXX, "-std=c++20", "-Wall", "-Wextra", "-Werror", *flags, HERE / "cpp" / "main.cpp", "-o", program, *libraries)
        self.assertIn("alpha 0.800", run(program))

    def test_mixed_forms_do_not_link(self) -> None:
        """One unit as header-only, the rest compiled: the names differ, so the linker says so."""
        folder = self.folder()
        includes = ["-std=c++20", "-ffp-contract=off", f"-I{PREFIX / 'include'}"]
        run(CXX, *includes, "-DCELADON_HEADER_ONLY", "-c", HERE / "mixed" / "user.cpp", "-o", folder / "user.o")
        run(CXX, *includes, "-c", HERE / "mixed" / "maker.cpp", "-o", folder / "maker.o")
        run(CXX, *includes, "-c", HERE / "mixed" / "user.cpp", "-o", folder / "same.o")
        link = [CXX, "-o", folder / "program", "-L", library_dir(), "-lceladon", "-pthread"]
        text = run(*link[:1], folder / "user.o", folder / "maker.o", *link[1:], ok=False)
        self.assertIn("celadon::h0", text)
        run(*link[:1], folder / "same.o", folder / "maker.o", *link[1:])

    def test_a_component_that_is_not_there_is_refused(self) -> None:
        _, text = self.configure("c", "-DCOMPONENT=no_such_component", ok=False)
        self.assertIn("no_such_component", text)

    def test_another_minor_version_is_refused(self) -> None:
        _, text = self.configure("c", "-DVERSION=0.9", ok=False)
        self.assertIn("0.9", text)

    def test_sqlite_is_looked_for_by_the_archive_only(self) -> None:
        build, _ = self.configure("c")
        self.assertNotIn("SQLite3", (build / "CMakeCache.txt").read_text(encoding="utf-8"))

    def test_installed_data_and_licence(self) -> None:
        share = PREFIX / "share"
        for name in ("celadon/profiles/default.json", "celadon/wording/zh-CN.json", "celadon/wording/en.json", "doc/celadon/LICENSE"):
            self.assertTrue((share / name).is_file(), name)

    def test_no_path_of_the_build_is_installed(self) -> None:
        """Package files speak of the prefix, so that the folder can move."""
        for path in [*PREFIX.rglob("*.cmake"), *PREFIX.rglob("*.pc")]:
            self.assertNotIn(str(HERE.parent.parent), path.read_text(encoding="utf-8"), str(path))


if __name__ == "__main__":
    sys.exit(unittest.main())
