"""Pages of the green indicators of a simulated city for the browser tests. usage: indicator_pages.py LANGUAGE FOLDER"""

from __future__ import annotations

import pathlib
import sys

import celadon as cd

OVERLAY = pathlib.Path(__file__).resolve().parents[2] / "examples" / "python" / "simulated-city-overlay.json"


def main(language: str, folder: str) -> None:
    city = cd.datasets.make_indicator_city(12_000, n_districts=3, n_schools=36, seed=4)
    periods = [city.period(period) for period in city.periods]
    result = cd.scheme.evaluate(cd.scheme.load(OVERLAY), periods)
    like = cd.scheme.like_units(result, city.background)
    drivers = [
        cd.green.drivers(
            periods[-1],
            "math_score",
            {"ses": {"zh": "家庭背景", "en": "home background"}, "sleep_hours": {"zh": "睡眠时间", "en": "hours of sleep"}},
            outcome_name={"zh": "数学成绩", "en": "mathematics score"},
        )
    ]
    cd.reports.write_indicator_reports(result, folder, language=language, like=like, drivers=drivers, simulated=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
