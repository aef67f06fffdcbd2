"""What the shared library asks of the machine that runs it: no C++ runtime, and a C library no newer than the guide says.

usage: runtime_needs.py OBJDUMP LIBRARY HIGHEST-GLIBC GUIDE [ALSO-NEEDS ...]
HIGHEST-GLIBC such as 2.36; GUIDE has to name it ("glibc 2.36"), "" where the ceiling is a host's own; ALSO-NEEDS: further libraries.
"""

from __future__ import annotations

import pathlib
import re
import subprocess
import sys

# The C library in its parts and the loader; everything else has to be inside.
SYSTEM = re.compile(r"^(lib(c|m|pthread|dl|rt)\.so\.\d+|ld-linux[\w-]*\.so\.\d+|ld64\.so\.\d+)$")


def version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def main(objdump: str, library: str, ceiling: str, guide: str, *also: str) -> int:
    def dump(option: str) -> str:
        return subprocess.run([objdump, option, library], capture_output=True, text=True, check=True).stdout

    problems = []
    needed = re.findall(r"^\s*NEEDED\s+(\S+)", dump("-p"), flags=re.MULTILINE)
    print("needs", *needed)
    problems += [f"needs {name}" for name in needed if not SYSTEM.match(name) and name not in also]
    symbols = dump("-T")
    foreign = sorted(set(re.findall(r"\b(?:GLIBCXX|CXXABI|GCC)_[\d.]+", symbols)))
    problems += [f"asks for {name}" for name in foreign]
    # What leaves: celadon_* and the name of their version, nothing of libstdc++, libgcc or SQLite.
    exported = {row.split()[-1] for row in symbols.splitlines() if re.match(r"^[0-9a-f]+ ", row) and "*UND*" not in row}
    problems += [f"exports {name}" for name in sorted(exported) if not re.match(r"^(celadon_|CELADON_)", name)]
    asked: dict[tuple[int, ...], list[str]] = {}
    for number, name in re.findall(r"\(?GLIBC_([\d.]+)\)?\s+(\S+)$", symbols, flags=re.MULTILINE):
        asked.setdefault(version(number), []).append(name)
    if not asked or not exported:
        problems.append("objdump listed no symbols")
        asked.setdefault((0,), [])
    highest = max(asked)
    text = ".".join(map(str, highest))
    print(f"highest GLIBC symbol: GLIBC_{text} ({', '.join(sorted(asked[highest]))}); {len(exported)} exported names")
    if highest > version(ceiling):
        problems.append(f"GLIBC_{text} is above the declared {ceiling}")
    if guide and f"glibc {ceiling}" not in pathlib.Path(guide).read_text(encoding="utf-8"):
        problems.append(f"{guide} does not say glibc {ceiling}")
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
