"""What Python gives for the data that C++ and C evaluate too, compared byte for byte with the file that languages.cpp wrote.

usage: languages.py FILE
"""

from __future__ import annotations

import pathlib
import struct
import sys

import numpy as np

import celadon as cd


class Stream:
    """The generator of whole numbers of bits.hpp."""

    def __init__(self) -> None:
        self.state = 20261125

    def draw(self, shift: int) -> int:
        self.state = (self.state * 1664525 + 1013904223) % 2**32
        return self.state >> shift


def right_or_wrong(n: int, k: int) -> cd.Responses:
    stream = Stream()
    cells = np.zeros(n * k, dtype=np.int8)
    for i in range(n):
        able = stream.draw(8) % 1000 + stream.draw(8) % 1000
        for j in range(k):
            cells[i * k + j] = stream.draw(8) % 2000 < able // 2 + 500 + (j % 7) * 60
    cells[40::41] = -1
    cells[52::53] = -3
    return cd.Responses.from_table(cells.reshape(n, k))


def sample_dataset() -> dict[str, dict[str, list[object]]]:
    stream = Stream()
    n_items, n_pupils = 14, 320
    marks: list[list[object]] = [[] for _ in range(n_items)]
    for _ in range(n_pupils):
        able = 100 + stream.draw(16) % 700
        for j in range(n_items):
            marks[j].append(float(sum(stream.draw(16) % 1000 < able + 150 - 15 * j for _ in range(1 + j % 4))))
    pupils: list[object] = [f"p{i + 1}" for i in range(n_pupils)]
    return {
        "responses": {"student": pupils, **{f"q{j + 1}": marks[j] for j in range(n_items)}},
        "items": {
            "id": [f"q{j + 1}" for j in range(n_items)],
            "full_mark": [float(1 + j % 4) for j in range(n_items)],
            "knowledge": [f"k{j % 3 + 1}" for j in range(n_items)],
        },
        "students": {"id": pupils, "class": [f"c{i // 80 + 1}" for i in range(n_pupils)]},
    }


def line(name: str, value: float) -> bytes:
    return f"{name} {struct.unpack('<Q', struct.pack('<d', value))[0]:016x}\n".encode()


def sample(bank: cd.irt.Model, right: cd.Responses) -> bytes:
    rows = np.arange(right.n_persons)
    side = np.where(rows % 2 == 0, -1.0, 1.0)
    school = rows // 30
    draws = cd.irt.plausible_values(bank, right, side[:, None], school=school.tolist(), seed=5, progress=False)
    out = line("coefficient", draws.regression.coefficients[1])
    for method in ("linearised", "fay"):
        design = cd.survey.make_design(weights=1.0 + (rows % 5) / 4.0, strata=school // 2, clusters=school, method=method)
        fit = cd.survey.linear_regression(design, {"ability": draws}, {"side": side})
        for made in (cd.survey.spreads(design, {"ability": draws}, groups=rows % 3), fit):
            for value, se, df in zip(made.value, made.se, made.degrees_of_freedom, strict=True):
                out += line("value", value) + line("se", se) + line("df", df)
        test = cd.survey.wald_test(fit.joint[0], [0.0, 1.0])
        out += line("f", test.f) + line("d2", test.d2)
    return out


def index_of_units() -> bytes:
    stream = Stream()
    values = np.array([stream.draw(16) / 64.0 for _ in range(180)]).reshape(30, 6)
    nodes = [cd.composite.Node(f"n{j}", parent="n6" if j < 3 else "n7", direction=-1 if j == 2 else 1) for j in range(6)]
    nodes += [cd.composite.Node(f"n{j}", parent="n8", level=2) for j in (6, 7)] + [cd.composite.Node("n8", level=3)]
    measures = cd.composite.Measures(values, cd.composite.Tree(nodes))
    out = b"".join(line("index", x) for x in cd.composite.build(measures).index)
    factors = [cd.composite.Factor.weight_noise([0.25, 0.25]), cd.composite.Factor.normalisation(["min_max", "rank"])]
    result = cd.composite.sensitivity(measures, factors, n_runs=100, progress=False)
    table = result.to_dict()
    for first, total in zip(table["first_order"], table["total"], strict=True):
        out += line("first_order", first) + line("total", total)
    return out + b"".join(line("rank_mean", x) for x in result.uncertainty.to_dict()["rank_mean"])


def everything() -> bytes:
    out = b""
    right = right_or_wrong(900, 12)
    reliability = cd.ctt.reliability(right)
    for name, value in (
        ("alpha", reliability.alpha),
        ("omega", reliability.omega_total),
        ("lambda4", reliability.lambda4),
        ("sem", reliability.sem),
    ):
        out += line(name, value)
    for value in np.asarray(cd.ctt.item_analysis(right).to_dict()["difficulty"], dtype=float):
        out += line("difficulty", float(value))
    fit = cd.irt.fit(right, max_iterations=40, progress=False)
    out += line("log_likelihood", fit.log_likelihood)
    scores = fit.score(right)
    for ability, ability_se in zip(scores.ability, scores.se, strict=True):
        out += line("ability", float(ability)) + line("ability_se", float(ability_se))
    out += sample(fit, right)
    out += index_of_units()
    result = cd.evaluate(sample_dataset(), progress=False)
    out += result.to_json().encode() + b"\n"
    for row in (0, 7, 319):
        report = result.pupil_report(row)
        out += report.to_html().encode() + b"\n" + report.to_json().encode() + b"\n"
    return out + result.class_report(1).to_html().encode() + b"\n"


def main(file: str) -> int:
    expected, found = pathlib.Path(file).read_bytes(), everything()
    if expected == found:
        print(f"{len(found)} bytes, the same in C++ and Python")
        return 0
    at = next((i for i, (a, b) in enumerate(zip(expected, found, strict=False)) if a != b), min(len(expected), len(found)))
    print(f"other bytes from {at} of {len(expected)} and {len(found)}:")
    print(expected[max(0, at - 100) : at + 100], found[max(0, at - 100) : at + 100], sep="\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
