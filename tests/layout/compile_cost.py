"""Compiles each public header alone, checks that no third-party header hides in it, and measures the time it costs.

Limits: 0.5 s a contract and 2 s for the umbrella, of processor time, as the least of three to nine runs where the first comes near (other
work can only add to a time, so one run below the limit is proof). A busy machine makes every run longer, so a run near a limit stands
beside one of a calibration unit (the standard headers of core/error), and times are stated for the machine on which that unit takes
CALIBRATION_SECONDS.
"""

from __future__ import annotations

import argparse
import pathlib
import re
import resource
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
INCLUDE = ROOT / "include" / "celadon"
FLAGS = ["-Wall", "-Wextra", "-Werror", "-Wno-psabi", "-fsyntax-only", f"-I{ROOT / 'include'}"]
CALIBRATION_SECONDS = 0.21  # two cores at 2.5 GHz, idle, g++ 12
CALIBRATION = "".join(f"#include <{name}>\n" for name in ("string", "vector", "variant", "stdexcept", "span"))
HIDDEN = re.compile(r"^\.+ \S*/(Eigen|boost|nlohmann|Random123|sqlite3)[/.]\S*", re.MULTILINE)  # in what -H prints: a line a header


def run(command: list[str]) -> tuple[float, subprocess.CompletedProcess[str]]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done


def c_headers(folder: str, options: argparse.Namespace) -> int:
    """How many of the C header's standards and compilers refuse it."""
    failures = 0
    for standard, compiler in (
        ("c99", options.c_compiler),
        ("c11", options.c_compiler),
        ("c99", "clang-14"),
        ("c++20", options.compiler),
    ):
        unit = pathlib.Path(folder) / ("unit.cpp" if standard.startswith("c++") else "unit.c")
        unit.write_text("#include <celadon/celadon.h>\nint main(void) { return 0; }\n")
        try:
            _, done = run([compiler, f"-std={standard}", "-pedantic", *FLAGS, str(unit)])
        except FileNotFoundError:
            continue  # the other compiler is optional outside the main job
        if done.returncode:
            print(f"FAILED celadon.h as {standard} with {compiler}:\n{done.stderr}")
            failures += 1
    return failures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compiler", default="g++-12")
    parser.add_argument("--c-compiler", default="gcc-12")
    parser.add_argument(
        "--syntax-only", action="store_true", help="without limits of time: all headers in one unit, forwards and backwards"
    )
    parser.add_argument("--contract-seconds", type=float, default=0.5)
    parser.add_argument("--umbrella-seconds", type=float, default=2.0)
    options = parser.parse_args()
    failures = 0
    headers = sorted(p for p in INCLUDE.rglob("*.hpp") if "impl" not in p.relative_to(INCLUDE).parts and p.name != "celadon_bodies.hpp")
    with tempfile.TemporaryDirectory() as folder:
        yardstick = pathlib.Path(folder) / "calibration.cpp"
        yardstick.write_text(CALIBRATION)
        calibrate = [options.compiler, "-std=c++20", *FLAGS, str(yardstick)]
        if options.syntax_only:
            # That each stands alone is seen with the first compiler, whose standard library the second one uses as well.
            for order, named in (headers, "forwards"), (headers[::-1], "backwards"):
                unit = pathlib.Path(folder) / "unit.cpp"
                unit.write_text("".join(f"#include <{header.relative_to(INCLUDE.parent).as_posix()}>\n" for header in order))
                _, done = run([options.compiler, "-std=c++20", *FLAGS, str(unit)])
                if done.returncode:
                    print(f"FAILED the headers do not compile {named}:\n{done.stderr}")
                    failures += 1
            failures += c_headers(folder, options)
            print(f"{len(headers)} headers, {failures} failures")
            return 1 if failures else 0
        scale = CALIBRATION_SECONDS / min(run(calibrate)[0] for _ in range(3))
        for header in headers:
            name = header.relative_to(INCLUDE.parent).as_posix()
            unit = pathlib.Path(folder) / "unit.cpp"
            unit.write_text(f"#include <{name}>\n#include <{name}>\n")
            command = [options.compiler, "-std=c++20", *FLAGS, str(unit)]
            seconds, done = run([*command, "-H"])
            if done.returncode:
                said = "\n".join(line for line in done.stderr.splitlines() if not line.startswith("."))
                print(f"FAILED {name} does not compile alone:\n{said}")
                failures += 1
                continue
            limit = options.umbrella_seconds if name == "celadon/celadon.hpp" else options.contract_seconds
            stated = seconds * scale
            if min(seconds, stated) > limit:  # one run below the limit is proof
                for attempt in range(9):
                    one, took = run(calibrate)[0], run(command)[0]
                    seconds = min(seconds, took)
                    stated = min(stated, took * CALIBRATION_SECONDS / one) if attempt else took * CALIBRATION_SECONDS / one
                    if min(seconds, stated) <= limit:
                        break
            late = min(seconds, stated) > limit
            print(f"{'SLOW  ' if late else 'ok    '} {min(seconds, stated):5.2f} s  {name}")
            failures += late
            found = HIDDEN.search(done.stderr)
            if found:
                print(f"FAILED {name} carries a third-party header: {found.group(0)}")
                failures += 1
        failures += c_headers(folder, options)
    print(f"{len(headers)} headers, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
