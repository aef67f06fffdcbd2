"""The shared library exports exactly what the C headers declare."""

from __future__ import annotations

import pathlib
import re
import subprocess
import sys


def main(nm: str, library: str, headers: str) -> int:
    listed = subprocess.run([nm, "-D", "--defined-only", library], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listed.splitlines()]
    exported = {row[2].split("@")[0] for row in rows if len(row) == 3 and row[1] != "A"}
    declared: set[str] = set()
    for header in pathlib.Path(headers).glob("c/*.h"):
        text = re.sub(r"/\*.*?\*/", "", header.read_text(encoding="utf-8"), flags=re.DOTALL)
        declared.update(re.findall(r"CELADON_API[^;(]*?\b(celadon_\w+)\s*\(", text))
    for name in sorted(exported - declared):
        print(f"exported, not declared: {name}")
    for name in sorted(declared - exported):
        print(f"declared, not exported: {name}")
    print(f"{len(declared)} declared, {len(exported)} exported")
    return 0 if exported == declared and declared else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
