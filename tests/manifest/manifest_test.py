"""The parity manifest: every public operation with its C++, C and Python name, compared in both directions with the headers, with what the
shared library exports and with the public modules of the Python package.

usage: manifest_test.py [--nm NM --library libceladon_c.so] [--list]

docs/manifest.json:
  operations  one entry an operation: "cpp", "c", "python"; a name that a face does not have is left out, and "only" says why.
  types       handles and results: "cpp", "c", "python". C functions named <c>_... are members of the type.
  cpp_only    groups of C++ functions that are building blocks: "why" and "names".
  c_only      groups of C functions that the language needs (memory, structs, text): "why" and "names".
  python_only groups of Python names: "why" and "names".
"""

from __future__ import annotations

import argparse
import ast
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
INCLUDE = ROOT / "include" / "celadon"
MANIFEST = ROOT / "docs" / "manifest.json"
PACKAGE = ROOT / "python" / "celadon"


def plain(text: str) -> str:
    """Source without comments, preprocessor lines and the contents of literals."""
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL)
    text = re.sub(r"//[^\n]*", " ", text)
    text = re.sub(r'"(?:\\.|[^"\\\n])*"', '""', text)
    text = re.sub(r"'(?:\\.|[^'\\\n])'", "''", text)
    return re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", "", text, flags=re.MULTILINE)


def function_name(statement: str) -> str | None:
    """Name of the function that a declaration at namespace level declares, None where it declares something else."""
    statement = re.sub(r"\[\[.*?\]\]", " ", statement, flags=re.DOTALL).strip()
    if re.match(r"(using|typedef|enum|struct|class|union|friend|static_assert|extern|concept)\b", statement):
        return None
    statement = re.sub(r"^template\s*<.*?>\s*(?=[\w:])", "", statement, flags=re.DOTALL)
    if re.match(r"(struct|class|union|requires|concept|using)\b", statement):
        return None
    depth = 0
    for at, c in enumerate(statement):
        if c == "<":
            depth += 1
        elif c == ">":
            depth -= 1
        elif c == "=" and depth == 0:
            return None
        elif c == "(" and depth == 0:
            name = re.search(r"(\w+)\s*$", statement[:at])
            return None if name is None or "operator" in statement[:at] else name.group(1)
    return None


def scan(text: str, on_function, on_type) -> None:
    """Calls back for each function and each type that a header defines or declares at namespace level."""
    text = plain(text)
    scopes: list[str] = []
    start = at = 0
    while at < len(text):
        c = text[at]
        if c == ";":
            name = function_name(text[start:at])
            if name:
                on_function("::".join(scopes), name)
            start = at + 1
        elif c == "{":
            head = text[start:at].strip()
            space = re.match(r"(?:inline\s+)?namespace\b\s*([\w:\s]*)$", head)
            if space:
                scopes.append(re.sub(r"\binline\b|\bCELADON_ABI\b|\s", "", space.group(1)).replace("::::", "::").strip(":") or "")
                start = at + 1
            else:
                kind = re.match(r"(?:template\s*<[^{;]*>\s*)?(?:struct|class|enum\s+class)\s+(?:\[\[\w+\]\]\s*)?(\w+)", head)
                if kind:
                    on_type("::".join(scopes), kind.group(1))
                else:
                    name = function_name(head)
                    if name:
                        on_function("::".join(scopes), name)
                depth = 1
                while depth:  # over the body
                    at += 1
                    depth += (text[at] == "{") - (text[at] == "}")
                start = at + 1
        elif c == "}":
            scopes.pop()
            start = at + 1
        at += 1


def cpp_names() -> tuple[set[str], set[str]]:
    """Functions and types of the public headers."""
    functions: set[str] = set()
    types: set[str] = set()

    def keep(into: set[str]):
        def add(scope: str, name: str) -> None:
            full = re.sub(r":{3,}", "::", f"{scope}::{name}")
            if "_detail" not in full and full.startswith("celadon::"):
                into.add(full)

        return add

    for path in sorted(INCLUDE.rglob("*.hpp")):
        if "impl" not in path.relative_to(INCLUDE).parts and path.name != "abi.hpp":
            scan(path.read_text(encoding="utf-8"), keep(functions), keep(types))
    return functions, types


def c_declared() -> tuple[set[str], set[str]]:
    """Functions and opaque handles of the C headers."""
    functions: set[str] = set()
    handles: set[str] = set()
    for path in sorted(INCLUDE.glob("c/*.h")):
        text = plain(path.read_text(encoding="utf-8"))
        functions.update(re.findall(r"CELADON_API[^;(]*?\b(celadon_\w+)\s*\(", text))
        handles.update(name for name, again in re.findall(r"typedef struct (celadon_\w+) (celadon_\w+);", text) if name == again)
    return functions, handles


def c_exported(nm: str, library: str) -> set[str]:
    listed = subprocess.run([nm, "-D", "--defined-only", library], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listed.splitlines()]
    return {row[2].split("@")[0] for row in rows if len(row) == 3 and row[1] != "A"}


class Module:
    """A public module as its source says: names in __all__, and the members of its classes."""

    def __init__(self, path: pathlib.Path) -> None:
        self.names: list[str] = []
        self.members: dict[str, set[str]] = {}
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets):
                self.names = [e.value for e in node.value.elts]  # type: ignore[attr-defined]
            if isinstance(node, ast.ClassDef):
                self.members[node.name] = {
                    m.name if isinstance(m, ast.FunctionDef) else m.target.id  # type: ignore[attr-defined]
                    for m in node.body
                    if isinstance(m, ast.FunctionDef) or (isinstance(m, ast.AnnAssign) and isinstance(m.target, ast.Name))
                }


def python_names() -> tuple[set[str], dict[str, set[str]]]:
    """Public names by their shortest path, and the members of classes by the class's name."""
    modules = {path.stem: Module(path) for path in PACKAGE.glob("*.py")}
    top = modules["__init__"].names
    names = {f"celadon.{name}" for name in top if not name.startswith("__")}
    init = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    again = {(node.module, alias.name) for node in init.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    for stem, module in modules.items():
        if not stem.startswith("_"):
            text = (PACKAGE / f"{stem}.py").read_text(encoding="utf-8")
            own = set(re.findall(r"^def (\w+)", text, re.MULTILINE))  # two modules may each have a function of one name
            names.update(
                f"celadon.{stem}.{name}" for name in module.names if name not in top or (name in own and (stem, name) not in again)
            )
    members: dict[str, set[str]] = {}
    for module in modules.values():
        for name, found in module.members.items():
            members.setdefault(name, set()).update(found)
    return names, members


class Check:
    def __init__(self) -> None:
        self.problems: list[str] = []

    def same(self, what: str, there: set[str], listed: set[str]) -> None:
        self.problems += [f"{what}: {name} is not in the manifest" for name in sorted(there - listed)]
        self.problems += [f"{what}: the manifest lists {name}, which is not there" for name in sorted(listed - there)]


def grouped(manifest: dict, section: str) -> set[str]:
    return {name for group in manifest.get(section, []) for name in group["names"]}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nm")
    parser.add_argument("--library")
    parser.add_argument("--list", action="store_true", help="print what was found and stop")
    options = parser.parse_args()
    functions, types = cpp_names()
    declared, handles = c_declared()
    public, members = python_names()
    if options.list:
        for name in [*sorted(functions), *sorted(declared), *sorted(public)]:
            print(name)
        return 0

    manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
    operations, kinds = manifest["operations"], manifest["types"]
    check = Check()
    for entry in [*operations, *kinds]:
        faces = [face for face in ("cpp", "c", "python") if face in entry]
        if not faces or (len(faces) < 3 and not entry.get("only")):
            check.problems.append(f"manifest: {entry} lacks a name and does not say why (only)")
    for section in ("cpp_only", "c_only", "python_only"):
        check.problems += [
            f"manifest: a group of {section} does not say why" for group in manifest.get(section, []) if not group.get("why")
        ]

    listed_cpp = [e["cpp"] for e in operations if "cpp" in e]
    twice = {name for name in listed_cpp if listed_cpp.count(name) > 1 and name not in manifest.get("overloads", [])}
    check.problems += [f"manifest: {name} is listed twice" for name in sorted(twice)]
    check.same("C++", functions, set(listed_cpp) | grouped(manifest, "cpp_only"))
    check.problems += [
        f"C++: the manifest lists type {e['cpp']}, which is not there" for e in kinds if "cpp" in e and e["cpp"] not in types
    ]

    check.same("C handles", handles, {e["c"] for e in kinds if "c" in e})
    # Members of a handle and the set-up of a struct go with their type; everything else is listed by name.
    listed_c = {e["c"] for e in operations if "c" in e} | grouped(manifest, "c_only")
    found = c_exported(options.nm, options.library) if options.library else declared
    own = sorted(handles, key=len, reverse=True)
    free = {
        name for name in found if name not in listed_c and not name.endswith("_init") and not any(name.startswith(h + "_") for h in own)
    }
    check.same("C", free | (found & listed_c), listed_c)
    if options.library:
        check.same("C headers and library", found, declared)

    named = [e["python"] for e in [*operations, *kinds] if "python" in e]
    methods = {name for name in named if name not in public and name.split(".")[-2] in members}
    for name in sorted(methods):
        owner, member = name.split(".")[-2:]
        if member not in members[owner]:
            check.problems.append(f"Python: the manifest lists {name}, which is not there")
    check.same("Python", public, (set(named) - methods) | grouped(manifest, "python_only"))

    for problem in check.problems:
        print(problem)
    print(f"{len(functions)} C++ functions, {len(found)} C functions, {len(public)} Python names; {len(check.problems)} problems")
    return 1 if check.problems or not functions or not found or not public else 0


if __name__ == "__main__":
    sys.exit(main())
