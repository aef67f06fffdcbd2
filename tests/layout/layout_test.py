"""The rules of the house that the compiler does not check: which floor may include which, lists complete, files short."""

from __future__ import annotations

import json
import pathlib
import re
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
INCLUDE = ROOT / "include" / "celadon"
LINE_LIMIT = 500

# Who may include whom. A room may include its own floor.
MAY_INCLUDE = {
    "core": {"core"},
    "models": {"core", "models"},
    "evaluation": {"core", "models", "evaluation"},
    "io": {"core", "models", "evaluation", "io"},
    "reports": {"core", "models", "evaluation", "reports", "io"},
    "c": {"c"},  # plain C; of the rest it sees the Arrow structs only
}
ALSO_INCLUDES = {"c": {"celadon/core/arrow/abi.hpp"}}
THIRD_PARTY = re.compile(r"^(Eigen|boost|nlohmann|Random123|sqlite3|pybind11)\b")


def tracked(*patterns: str) -> list[pathlib.Path]:
    """Files of the tree that match, by git where there is a repository (a source distribution has none)."""
    try:
        listed = subprocess.run(
            ["git", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard", "--", *patterns], capture_output=True, text=True, check=True
        ).stdout.split("\n")
        return [ROOT / name for name in listed if name and (ROOT / name).is_file()]
    except (OSError, subprocess.CalledProcessError):
        return [path for pattern in patterns for path in ROOT.rglob(pattern.removeprefix("*")) if path.is_file()]


def includes(path: pathlib.Path) -> list[str]:
    return re.findall(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', path.read_text(encoding="utf-8"), flags=re.MULTILINE)


def floor_of(include: str) -> str | None:
    """The floor of an included path, None when the path is not the library's."""
    parts = include.split("/")
    return parts[1] if parts[0] == "celadon" and len(parts) > 2 else None


def public_headers() -> list[pathlib.Path]:
    return sorted(p for p in INCLUDE.rglob("*.hpp") if "impl" not in p.relative_to(INCLUDE).parts)


class Layout(unittest.TestCase):
    def test_include_directions(self) -> None:
        wrong = []
        for path in sorted(p for kind in ("hpp", "h", "ipp", "inc", "def") for p in INCLUDE.rglob("*." + kind)):
            floor = path.relative_to(INCLUDE).parts[0]
            if floor not in MAY_INCLUDE:
                continue  # the umbrella headers
            for include in includes(path):
                target = floor_of(include)
                if include in ALSO_INCLUDES.get(floor, ()):
                    continue
                if target is not None and target not in MAY_INCLUDE[floor]:
                    wrong.append(f"{path.relative_to(ROOT)} includes {include}")
                if include in ("celadon/celadon.hpp", "celadon/celadon_bodies.hpp", "celadon/celadon.h"):
                    wrong.append(f"{path.relative_to(ROOT)} includes the umbrella")
        self.assertEqual(wrong, [])

    def test_include_matrix_names_every_floor(self) -> None:
        floors = {p.name for p in INCLUDE.iterdir() if p.is_dir()}
        self.assertLessEqual(floors, set(MAY_INCLUDE), "a floor without a row in the include matrix")

    def test_contracts_include_no_third_party(self) -> None:
        wrong = [
            f"{path.relative_to(ROOT)} includes {include}"
            for path in public_headers()
            for include in includes(path)
            if THIRD_PARTY.match(include)
        ]
        self.assertEqual(wrong, [])

    def test_contracts_do_not_include_bodies(self) -> None:
        wrong = [
            f"{path.relative_to(ROOT)} includes {include}"
            for path in public_headers()
            if path.name not in ("celadon.hpp", "celadon_bodies.hpp")
            for include in includes(path)
            if include.endswith(".ipp")
        ]
        self.assertEqual(wrong, [])

    def test_every_body_is_listed_once(self) -> None:
        listed = [name for name in includes(INCLUDE / "celadon_bodies.hpp") if "/impl/" in name]
        bodies = ["celadon/" + p.relative_to(INCLUDE).as_posix() for p in INCLUDE.rglob("impl/*.ipp")]
        archive = [b for b in bodies if b.startswith("celadon/io/impl/archive")]  # the optional SQLite target has its own unit
        self.assertEqual(sorted(listed), sorted(set(bodies) - set(archive)))

    def test_every_body_has_its_unit(self) -> None:
        wrong = []
        for body in sorted(INCLUDE.rglob("impl/*.ipp")):
            room = body.relative_to(INCLUDE).parent.parent
            unit = ROOT / "src" / room / (body.stem + ".cpp")
            name = "celadon/" + body.relative_to(INCLUDE).as_posix()
            if not unit.is_file() or name not in includes(unit):
                wrong.append(f"{name}: no {unit.relative_to(ROOT)} that includes it")
        self.assertEqual(wrong, [])

    def test_every_contract_is_in_the_umbrella(self) -> None:
        listed = set(includes(INCLUDE / "celadon.hpp"))
        reached = set(listed)
        for name in listed:
            path = ROOT / "include" / name
            if path.is_file():
                reached.update(includes(path))
        missing = []
        for path in public_headers():
            name = "celadon/" + path.relative_to(INCLUDE).as_posix()
            if path.parent == INCLUDE or name.startswith(("celadon/io/archive", "celadon/reports/archive")):
                continue  # the umbrellas; the optional SQLite target
            if name not in reached:
                missing.append(name)
        self.assertEqual(missing, [])

    def test_unit_tests_stand_beside_their_headers(self) -> None:
        """A unit test has the path of the header it tests; a topic with several tests adds a word after the header's name."""
        wrong = []
        for path in sorted((ROOT / "tests" / "unit").rglob("*_test.cpp")):
            room = path.relative_to(ROOT / "tests" / "unit").parent
            stem = path.name.removesuffix("_test.cpp")
            names = [p.stem for p in (INCLUDE / room).glob("*.hpp")]
            if not any(stem == n or stem.startswith(n + "_") for n in names):
                wrong.append(str(path.relative_to(ROOT)))
        self.assertEqual(wrong, [])

    def test_files_are_short(self) -> None:
        patterns = ["*.hpp", "*.cpp", "*.ipp", "*.inc", "*.def", "*.c", "*.py", "*.pyi", "*.cmake", "CMakeLists.txt"]
        long = {}
        for path in tracked(*patterns):
            if "third_party" in path.parts or "build" in path.relative_to(ROOT).parts:
                continue
            lines = len(path.read_text(encoding="utf-8").splitlines())
            if lines > LINE_LIMIT:
                long[str(path.relative_to(ROOT))] = lines
        self.assertEqual(long, {})

    def test_nothing_is_left_to_do(self) -> None:
        mark = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
        wrong = [
            f"{path.relative_to(ROOT)}:{number}"
            for path in tracked("*.hpp", "*.ipp", "*.cpp", "*.h", "*.c", "*.py", "*.md")
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
            if mark.search(line)
        ]
        self.assertEqual(wrong, [])

    def test_kernels_use_no_library_exponential(self) -> None:
        """Bit-promised code takes exp and log from core/math; Boost and Eigen bodies are told apart by their includes."""
        wrong = []
        for path in sorted(INCLUDE.rglob("impl/*.ipp")):
            text = path.read_text(encoding="utf-8")
            for number, line in enumerate(text.splitlines(), 1):
                code = line.split("//")[0]
                if re.search(r"std::(exp|log|pow|tgamma|lgamma|sin|cos|fma)\s*\(", code):
                    wrong.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
                if re.search(r"std::\w+_distribution\b|\bmt19937|#pragma\s+omp", code):
                    wrong.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
        self.assertEqual(wrong, [])

    def test_no_network(self) -> None:
        """Data of pupils stay on the machine: nothing of the engine or its bindings can open a connection or start a program."""
        header = re.compile(r"^(sys/socket|netinet/|arpa/|netdb|winsock|ws2tcpip|curl/|boost/(asio|beast|process)|asio)")
        call = re.compile(r"(?<![\w.:>])(::)?(socket|getaddrinfo|gethostbyname|popen|execvp?e?|fork)\s*\(|std::system\s*\(")
        module = re.compile(r"^\s*(import|from)\s+(socket|ssl|http|urllib|requests|httpx|aiohttp|smtplib|subprocess)\b", re.MULTILINE)
        wrong = []
        for folder in (INCLUDE, ROOT / "src", ROOT / "bindings"):
            for path in sorted(p for p in folder.rglob("*") if p.suffix in (".hpp", ".ipp", ".inc", ".cpp", ".h")):
                text = path.read_text(encoding="utf-8")
                wrong += [f"{path.relative_to(ROOT)} includes {name}" for name in includes(path) if header.match(name)]
                code = "\n".join(line.split("//")[0] for line in text.splitlines())
                wrong += [f"{path.relative_to(ROOT)} calls {found.group(0)}" for found in call.finditer(code)]
        for path in sorted((ROOT / "python" / "celadon").rglob("*.py")):
            wrong += [f"{path.relative_to(ROOT)}: {m.group(0).strip()}" for m in module.finditer(path.read_text(encoding="utf-8"))]
        self.assertEqual(wrong, [])

    def test_no_dimension_name_of_a_framework_in_code(self) -> None:
        """Policy is data: the 7 dimensions of school quality and the green indicators appear in scheme files only."""
        names = ("学生思想品德", "特长爱好", "身心健康", "教师专业", "课程建设", "学习动力指数", "学业负担", "师生关系指数")
        wrong = [
            f"{path.relative_to(ROOT)}: {name}"
            for path in [*INCLUDE.rglob("*.hpp"), *INCLUDE.rglob("*.ipp")]
            for name in names
            if name in path.read_text(encoding="utf-8")
        ]
        self.assertEqual(wrong, [])

    def test_json_files_are_json(self) -> None:
        for path in tracked("*.json"):
            with self.subTest(path=str(path.relative_to(ROOT))):
                json.loads(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    sys.exit(unittest.main())
