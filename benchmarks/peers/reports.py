"""Pupil reports against jinja2 (autoescape on): the same bytes, both timed in one run by process CPU time.

Celadon goes from the evaluation to the page: statements, layout, drawings, escaping. jinja2 gets the finished report as dictionaries,
numbers already formatted and drawings already computed as coordinates, and fills a template that gives the same page byte for byte.
Needs jinja2.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import time
from typing import Any

import celadon as cd

ELEMENT = re.compile(r"<(line|rect|path|polyline|text)([^>]*?)(?:/>|>(.*?)</\1>)", re.DOTALL)
ATTRIBUTE = re.compile(r' ([\w-]+)="([^"]*)"')
GLYPHS = {
    "full_marks": "✓",
    "loss": "▽",
    "loss_to_review": "▼",
    "not_answered": "○",
    "mastered": "●",
    "unstable": "▲",
    "undecided": "◇",
    "check": "※",
}
ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'"), ("&amp;", "&"))


def plain(text: str) -> str:
    for entity, character in ENTITIES:
        text = text.replace(entity, character)
    return text


def fixed(value: float, decimals: int, keep: bool = False) -> str:
    """At most so many places, rounded half away from zero."""
    scaled = int(abs(value) * 10**decimals + 0.5)
    whole, rest = divmod(scaled, 10**decimals)
    text = str(whole)
    if decimals and (rest or keep):
        places = f"{rest:0{decimals}d}"
        text += "." + (places if keep else places.rstrip("0"))
    return "-" + text if value < 0 and scaled else text


def percent(share: float) -> str:
    return fixed(share * 100, 0) + "%"


def cell_of(value: Any, column: dict[str, Any], first: bool) -> dict[str, Any]:
    kind = column["kind"]
    classes = [] if kind == "text" else ["n"]
    if column.get("secondary"):
        classes.append("x")
    glyph = ""
    if value is None:
        text = "–"
    elif isinstance(value, dict) and "sign" in value:
        text = value["text"]
        glyph = GLYPHS[value["sign"]]
        classes.append("g-" + value["sign"])
    elif isinstance(value, dict):
        text = fixed(value["points"], 2) + "/" + fixed(value["full"], 2)
    elif isinstance(value, list):
        text = percent(value[0]) + "–" + percent(value[1])
    elif isinstance(value, str):
        text = value
    elif kind == "share":
        text = percent(value)
    elif kind == "count":
        text = fixed(value, 0)
    else:
        text = fixed(value, column["decimals"], keep=True)
    return {"text": text, "glyph": glyph, "class": " ".join(classes), "first": first}


def table_of(table: dict[str, Any]) -> dict[str, Any]:
    columns = [
        {"heading": c["heading"], "class": " ".join((["n"] if c["kind"] != "text" else []) + (["x"] if c.get("secondary") else []))}
        for c in table["columns"]
    ]
    rows = [[cell_of(v, c, k == 0) for k, (v, c) in enumerate(zip(row, table["columns"], strict=True))] for row in table["rows"]]
    folded = table.get("folded") or [False] * len(rows)
    return {
        "id": table["id"],
        "caption": table["caption"],
        "columns": columns,
        "rows": rows,
        "open": [r for r, f in zip(rows, folded, strict=True) if not f],
        "folded": [r for r, f in zip(rows, folded, strict=True) if f],
        "fold_label": table.get("fold_label", ""),
    }


def drawing_of(svg: str) -> dict[str, Any]:
    head = re.match(r'<svg class="cv" viewBox="([^"]*)" role="img" aria-labelledby="(\S+) (\S+)">', svg)
    title = re.search(r"<title id=[^>]*>(.*?)</title><desc id=[^>]*>(.*?)</desc>", svg, re.DOTALL)
    assert head is not None and title is not None
    elements = []
    for tag, attributes, inside in ELEMENT.findall(svg[title.end() :]):
        shown = {"tag": tag, "title": "", "text": plain(inside)}
        shown.update({name.replace("-", "_"): plain(value) for name, value in ATTRIBUTE.findall(attributes)})
        if tag == "text" and inside.startswith("<title>"):
            whole, rest = inside[len("<title>") :].split("</title>")
            shown["title"], shown["text"] = plain(whole), plain(rest)
        elements.append(shown)
    return {
        "box": head[1],
        "title_id": head[2],
        "description_id": head[3],
        "title": plain(title[1]),
        "description": plain(title[2]),
        "elements": elements,
    }


def context_of(report: Any) -> dict[str, Any]:
    model = json.loads(report.to_json())
    page = report.to_html()
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style is not None
    drawings = iter(re.findall(r"<svg .*?</svg>", page, re.DOTALL))
    for section in model["sections"]:
        for block in section["blocks"]:
            if block["type"] == "table":
                block["table"] = table_of(block["table"])
            elif block["type"] == "chart":
                chart = block["chart"]
                chart["table"] = table_of(chart["table"])
                chart["wide"], chart["narrow"] = drawing_of(next(drawings)), drawing_of(next(drawings))
                del chart["vega_lite"]
    model["style"] = style[1]
    return model


TEMPLATE = """\
{%- macro heads(table) -%}<thead><tr>{% for c in table.columns %}<th scope="col"{% if c.class %} class="{{ c.class }}"{% endif %}>{{ c.heading }}</th>{% endfor %}</tr></thead>{%- endmacro -%}
{%- macro body(rows) -%}<tbody>
{% for row in rows %}<tr>{% for c in row %}{% if c.first %}<th scope="row"{% else %}<td{% endif %}{% if c.class %} class="{{ c.class }}"{% endif %}>{% if c.glyph %}<span aria-hidden="true" class="s">{{ c.glyph }}</span> {% endif %}{{ c.text }}{% if c.first %}</th>{% else %}</td>{% endif %}{% endfor %}</tr>
{% endfor %}</tbody>{%- endmacro -%}
{%- macro mark(s) -%}{% if s.mark %}<sup{% if s.id %} data-id="{{ s.id }}"{% endif %}>{{ s.mark }}</sup>{% endif %}{%- endmacro -%}
{%- macro drawing(d) -%}<svg class="cv" viewBox="{{ d.box }}" role="img" aria-labelledby="{{ d.title_id }} {{ d.description_id }}"><title id="{{ d.title_id }}">{{ d.title }}</title><desc id="{{ d.description_id }}">{{ d.description }}</desc>{% for e in d.elements %}{% if e.tag == "line" %}<line x1="{{ e.x1 }}" y1="{{ e.y1 }}" x2="{{ e.x2 }}" y2="{{ e.y2 }}"{% if e.class %} class="{{ e.class }}"{% endif %}/>{% elif e.tag == "rect" %}<rect x="{{ e.x }}" y="{{ e.y }}" width="{{ e.width }}" height="{{ e.height }}"{% if e.class %} class="{{ e.class }}"{% endif %}/>{% elif e.tag == "path" %}<path d="{{ e.d }}"{% if e.class %} class="{{ e.class }}"{% endif %}/>{% elif e.tag == "polyline" %}<polyline points="{{ e.points }}"{% if e.class %} class="{{ e.class }}"{% endif %}/>{% else %}<text x="{{ e.x }}" y="{{ e.y }}"{% if e.class %} class="{{ e.class }}"{% endif %}{% if e.text_anchor %} text-anchor="{{ e.text_anchor }}"{% endif %}>{% if e.title %}<title>{{ e.title }}</title>{% endif %}{{ e.text }}</text>{% endif %}{% endfor %}</svg>{%- endmacro -%}
<!doctype html>
<html lang="{{ language }}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="generator" content="Celadon"><meta name="robots" content="noindex"><title>{{ title }}</title><style>{{ style | safe }}</style></head>
<body><main><article class="{{ audience }}" id="top" aria-labelledby="h"><header>{% if badge %}<p class="badge">{{ badge }}</p>{% endif %}<h1 id="h">{{ heading }}</h1><dl class="facts">{% for f in facts %}<div><dt>{{ f.label }}</dt><dd>{{ f.value }}</dd></div>{% endfor %}</dl></header>
{% for section in sections %}<section id="{{ section.id }}" class="s-{{ section.id }}{% if section.page_break %} break{% endif %}"><h2>{{ section.heading }}</h2>
{% for block in section.blocks %}{% if block.type == "statements" %}{% if block.form == "quote" %}<div class="quote">{% elif block.form == "small_print" %}<div class="small">{% elif block.form == "numbered" %}<ol class="steps">{% elif block.form == "bullets" %}<ul>{% elif block.form == "running" %}<p>{% endif %}{% for s in block.statements %}{% if block.form in ("numbered", "bullets") %}<li>{% elif block.form != "running" %}<p class="{{ s.kind }}">{% endif %}{% if s.lead %}<b>{{ s.lead }}</b>{% endif %}{{ s.text }}{{ mark(s) }}{% if block.form in ("numbered", "bullets") %}</li>{% elif block.form == "running" %} {% else %}</p>{% endif %}{% endfor %}{% if block.form == "running" %}</p>{% endif %}{% if block.form == "numbered" %}</ol>{% elif block.form == "bullets" %}</ul>{% elif block.form in ("quote", "small_print") %}</div>{% endif %}
{% elif block.type == "table" %}{% set t = block.table %}{% if t.open %}<div class="scroll" role="region" tabindex="0" aria-label="{{ t.caption }}"><table class="t-{{ t.id }}"><caption>{{ t.caption }}</caption>{{ heads(t) }}{{ body(t.open) }}</table></div>
{% endif %}{% if t.folded %}<details class="fold"><summary>{{ t.fold_label }}</summary><div class="scroll" role="region" tabindex="0" aria-label="{{ t.fold_label }}"><table class="t-{{ t.id }}"><caption>{{ t.fold_label }}</caption>{{ heads(t) }}{{ body(t.folded) }}</table></div></details>
{% endif %}{% else %}{% set c = block.chart %}<figure class="chart c-{{ c.kind }}"><figcaption>{{ c.title }}</figcaption><div class="swap"><details class="numbers"><summary>{{ c.table.caption }}</summary><div class="scroll" role="region" tabindex="0" aria-label="{{ c.table.caption }}"><table><caption>{{ c.table.caption }}</caption>{{ heads(c.table) }}{{ body(c.table.rows) }}</table></div></details><div class="wide">{{ drawing(c.wide) }}</div><div class="narrow">{{ drawing(c.narrow) }}</div></div>{% if c.description %}<p class="read">{{ c.description }}</p>{% endif %}</figure>
{% endif %}{% endfor %}</section>
{% endfor %}<footer>{% for s in footer %}<p>{{ s.text }}{{ mark(s) }}</p>{% endfor %}</footer></article>
</main></body></html>
"""  # noqa: E501


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pupils", type=int, default=400, help="pages of a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--least", type=float, default=0.0, help="fail below this ratio")
    options = parser.parse_args()
    import jinja2

    package = cd.datasets.make_city(n_pupils=options.pupils, seed=3)
    evaluation = cd.evaluate(package, progress=False)
    n = int(evaluation.papers[0]["n_pupils"])
    reports = [evaluation.pupil_report(row) for row in range(n)]
    contexts = [context_of(report) for report in reports]
    template = jinja2.Environment(autoescape=True, keep_trailing_newline=True).from_string(TEMPLATE)
    different = sum(
        template.render(**context).replace("&#34;", "&quot;") != report.to_html() for context, report in zip(contexts, reports, strict=True)
    )
    print(f"{n} pages, {different} of them not the same bytes, jinja2 {jinja2.__version__}")

    def own() -> int:
        chosen = {"pupils": True, "classes": False, "schools": False, "print_files": False}
        return int(evaluation.write_reports(lambda *page: None, **chosen, n_threads=1, progress=False).bytes)

    def peer() -> int:
        return sum(len(template.render(**context).encode()) for context in contexts)

    rates: dict[str, list[float]] = {"celadon": [], "jinja2": []}
    for _ in range(options.rounds):
        for name, work in (("celadon", own), ("jinja2", peer)):
            # A round lasts long enough for the clock.
            size, start = 0, time.process_time()
            while time.process_time() - start < 0.5:
                size += work()
            rates[name].append(size / (time.process_time() - start))
    for name, values in rates.items():
        print(f"{name:8} {statistics.median(values) / 1e6:9.1f} MB/s of CPU time (median of {len(values)})")
    ratio = statistics.median(a / b for a, b in zip(rates["celadon"], rates["jinja2"], strict=True))
    print(f"ratio    {ratio:9.1f}")
    return 1 if different or ratio < options.least else 0


if __name__ == "__main__":
    sys.exit(main())
