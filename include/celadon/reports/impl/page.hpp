/// The library's own page: template and style sheet.
#pragma once

#include <string_view>

#include <celadon/core/config.hpp>

namespace celadon::inline CELADON_ABI::reports::html_detail {

inline constexpr std::string_view kPage =
    R"html(<!doctype html>
<html lang="{{language}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="generator" content="Celadon"><meta name="robots" content="noindex"><title>{{title}}</title><style>{{{style}}}</style></head>
<body>{{#many}}<h1 class="cover">{{title}}</h1>{{/many}}{{^many}}<main>{{/many}}{{#many}}<main>{{/many}}{{#articles}}<article class="{{audience}}" id="{{prefix}}top" aria-labelledby="{{prefix}}h"><header>{{#badge}}<p class="badge">{{badge}}</p>{{/badge}}{{#many}}<h2 class="h1" id="{{prefix}}h">{{heading}}</h2>{{/many}}{{^many}}<h1 id="{{prefix}}h">{{heading}}</h1>{{/many}}<dl class="facts">{{#facts}}<div><dt>{{label}}</dt><dd>{{value}}</dd></div>{{/facts}}</dl></header>
{{#sections}}<section id="{{prefix}}{{section_id}}" class="s-{{section_id}}{{#page_break}} break{{/page_break}}">{{#many}}<h3 class="h2">{{heading}}</h3>{{/many}}{{^many}}<h2>{{heading}}</h2>{{/many}}
{{#blocks}}{{#said}}{{#quote}}<div class="quote">{{/quote}}{{#small_print}}<div class="small">{{/small_print}}{{#numbered}}<ol class="steps">{{/numbered}}{{#bullets}}<ul>{{/bullets}}{{#running}}<p>{{/running}}{{#statements}}{{#in_list}}<li>{{/in_list}}{{#apart}}<p class="{{statement_kind}}">{{/apart}}{{#lead}}<b>{{lead}}</b>{{/lead}}{{text}}{{#mark}}<sup{{#statement_id}} data-id="{{statement_id}}"{{/statement_id}}>{{mark}}</sup>{{/mark}}{{#in_list}}</li>{{/in_list}}{{#apart}}</p>{{/apart}}{{#running}} {{/running}}{{/statements}}{{#running}}</p>{{/running}}{{#numbered}}</ol>{{/numbered}}{{#bullets}}</ul>{{/bullets}}{{#small_print}}</div>{{/small_print}}{{#quote}}</div>{{/quote}}
{{/said}}{{#table}}{{#has_open_rows}}<div class="scroll" role="region" tabindex="0" aria-label="{{caption}}"><table class="t-{{table_id}}"><caption>{{caption}}</caption><thead><tr>{{{head_cells}}}</tr></thead><tbody>
{{#rows}}<tr>{{{row_cells}}}</tr>
{{/rows}}</tbody></table></div>
{{/has_open_rows}}{{#has_folded_rows}}<details class="fold"><summary>{{fold_label}}</summary><div class="scroll" role="region" tabindex="0" aria-label="{{fold_label}}"><table class="t-{{table_id}}"><caption>{{fold_label}}</caption><thead><tr>{{{head_cells}}}</tr></thead><tbody>
{{#folded_rows}}<tr>{{{row_cells}}}</tr>
{{/folded_rows}}</tbody></table></div></details>
{{/has_folded_rows}}{{/table}}{{#chart}}<figure class="chart c-{{chart_kind}}"><figcaption>{{chart_title}}</figcaption><div class="swap">{{#chart_table}}<details class="numbers"><summary>{{caption}}</summary><div class="scroll" role="region" tabindex="0" aria-label="{{caption}}"><table><caption>{{caption}}</caption><thead><tr>{{{head_cells}}}</tr></thead><tbody>
{{#rows}}<tr>{{{row_cells}}}</tr>
{{/rows}}</tbody></table></div></details>{{/chart_table}}<div class="wide">{{{chart_wide}}}</div><div class="narrow">{{{chart_narrow}}}</div></div>{{#chart_description}}<p class="read">{{chart_description}}</p>{{/chart_description}}</figure>
{{/chart}}{{#links}}<ul class="links">{{#link}}<li><a href="{{href}}">{{text}}</a>{{#note}} <span class="dim">{{note}}</span>{{/note}}</li>{{/link}}</ul>
{{/links}}{{/blocks}}</section>
{{/sections}}<footer>{{#footer}}<p>{{text}}{{#mark}}<sup{{#statement_id}} data-id="{{statement_id}}"{{/statement_id}}>{{mark}}</sup>{{/mark}}</p>{{/footer}}</footer></article>
{{/articles}}</main></body></html>
)html";

inline constexpr std::string_view kStyle =
    R"css(:root{--ink:#1b2a27;--dim:#52615d;--line:#d5dfdc;--celadon:#1f6b5c;--tint:#f2f7f5;--weak:#9a3f0a;--unsure:#4d5768;--paper:#fff;color-scheme:light}
*{box-sizing:border-box}html{-webkit-text-size-adjust:100%}
body{margin:0;background:#e9efed;color:var(--ink);font:15px/1.7 "Noto Sans CJK SC","Noto Sans SC","Source Han Sans SC","PingFang SC","Microsoft YaHei","Segoe UI",system-ui,sans-serif}
:lang(en){line-height:1.55}
.cover{max-width:780px;margin:0 auto;padding:20px 36px 8px;font-size:20px}
article{max-width:780px;margin:0 auto 24px;background:var(--paper);padding:30px 38px 26px}
article.teacher,article.school{max-width:940px}
h1,.h1{font-size:23px;line-height:1.35;margin:0 0 10px;letter-spacing:.01em}
h2,.h2{font-size:17px;line-height:1.4;margin:28px 0 8px;padding-left:10px;border-left:4px solid var(--celadon);break-after:avoid}
.facts{display:flex;flex-wrap:wrap;gap:2px 22px;margin:0;padding-bottom:12px;border-bottom:1px solid var(--line);color:var(--dim);font-size:13px}
.facts div{display:flex;gap:.5em}.facts dt::after{content:":"}:lang(zh-CN) .facts dt::after{content:":"}:lang(zh-CN) .facts div{gap:0}.facts dt{white-space:nowrap}.facts dd{margin:0;color:var(--ink);overflow-wrap:anywhere}
.badge{float:right;margin:4px 0 0 12px;color:var(--weak);border:1px solid;border-radius:4px;padding:0 9px;font-size:12.5px}
p{margin:.45em 0;overflow-wrap:anywhere}.claim{font-size:16px}.claim b{color:var(--celadon);margin-right:.35em}.evidence,.note,.dim,.read{color:var(--dim)}.read,.evidence,.note{font-size:13.5px}.uncertainty{border-left:3px dotted var(--unsure);padding-left:10px;font-size:14px}
.quote{margin:8px 0;padding:9px 18px;background:var(--tint);border-radius:8px}.quote p{margin:.5em 0;font-size:15px}.quote b,li b{color:var(--ink);margin-right:.3em}.small{color:var(--dim);font-size:13px}
sup{font-size:10.5px;line-height:0;color:var(--dim);margin-left:3px}
ol.steps,ul{margin:.4em 0;padding-left:1.6em}ol.steps li{padding-left:.2em;margin:.35em 0}ul li{margin:.2em 0}ol.steps li::marker{color:var(--celadon);font-weight:700}
table{border-collapse:collapse;width:100%;font-size:13.5px;line-height:1.5}caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.scroll{overflow-x:auto;margin:6px 0;position:relative}.scroll:focus-visible,summary:focus-visible,a:focus-visible{outline:2px solid var(--celadon);outline-offset:2px}
th,td{padding:5px 7px;border-bottom:1px solid var(--line);text-align:left;vertical-align:top;font-weight:400}thead th{color:var(--dim);border-bottom:1.5px solid var(--celadon);white-space:nowrap;font-size:12.5px}tbody th{overflow-wrap:break-word;min-width:2.9em}.t-groups tbody th,.t-groups_more tbody th{white-space:nowrap}.t-wrong_items tbody th{width:26%}.pupil_family .t-items th:first-child{width:9%}.pupil_family .t-items th.n{width:9%}.pupil_family .t-items th:last-child{width:27%}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}.s{display:inline-block;min-width:1.15em;text-align:center}
.g-full_marks,.g-mastered{color:var(--celadon)}.g-loss_to_review,.g-unstable,.g-check{color:var(--weak);font-weight:700}.g-loss{color:var(--weak)}.g-undecided,.g-not_answered{color:var(--unsure)}
details{margin:6px 0}summary{color:var(--celadon);cursor:pointer;font-size:13.5px;padding:3px 0}
figure{margin:10px 0}figcaption{font-size:13.5px;color:var(--dim);margin-bottom:2px}.swap{display:flex;flex-direction:column-reverse}.narrow{display:none}svg{display:block;width:100%;height:auto;max-width:860px}
.links{list-style:none;padding:0;columns:19em 3;column-gap:28px}.links li{padding:5px 0;border-bottom:1px solid var(--line);break-inside:avoid;overflow-wrap:anywhere}a{color:var(--celadon)}
footer{margin-top:26px;border-top:1px solid var(--line);padding-top:8px;color:var(--dim);font-size:12px}footer p{margin:.2em 0}
.s-options figure,.s-curves figure,.s-changes figure,.s-units figure{display:inline-block;width:48%;margin-right:1%;vertical-align:top}.s-options .wide,.s-curves .wide,.s-changes .wide,.s-units .wide{display:none}.s-options .narrow,.s-curves .narrow,.s-changes .narrow,.s-units .narrow{display:block}
@media(max-width:600px){.s-options figure,.s-curves figure,.s-changes figure,.s-units figure{display:block;width:auto}article{padding:18px 15px;margin-bottom:10px}.cover{padding:14px 15px 4px}h1,.h1{font-size:21px}.wide{display:none}.narrow{display:block}th,td{padding:5px 4px}.x{display:none}thead th{white-space:normal;word-break:keep-all}}
@page{size:A4;margin:13mm 14mm}
@media print{body{background:#fff;font-size:12.5px;line-height:1.55}.cover{display:none}article,article.teacher,article.school{padding:0;margin:0;max-width:none}article+article{break-before:page}.break{break-before:page}.break h2,.break .h2{margin-top:0}h1,.h1{font-size:19px}h2,.h2{font-size:14.5px;margin:12px 0 4px}.claim,.quote p{font-size:13px}.quote{margin:6px 0;padding:5px 16px}.quote p{margin:.3em 0;break-inside:avoid}figure{margin:6px 0}footer{margin-top:12px}table{font-size:11.5px;line-height:1.45}thead{display:table-header-group}th,td{padding:2px 5px}tr,figure,.quote,li,svg{break-inside:avoid}.scroll{overflow:visible}details>*{display:block}details::details-content{content-visibility:visible;display:block;height:auto}summary,.numbers{display:none!important}.narrow{display:none}.wide{display:block}.scroll+.fold thead{display:none}.s-options figure,.s-curves figure,.s-changes figure,.s-units figure{display:inline-block;width:48%}.s-options .wide,.s-curves .wide,.s-changes .wide,.s-units .wide{display:none}.s-options .narrow,.s-curves .narrow,.s-changes .narrow,.s-units .narrow{display:block}.teacher .wide svg,.school .wide svg{max-width:150mm}.x{display:table-cell}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}a{color:inherit}}
@media print{.pupil_family .quote{columns:2;column-gap:26px}.pupil_family .wide svg{max-width:145mm}.pupil_family .t-items{line-height:1.38}.pupil_family .t-items th,.pupil_family .t-items td{padding:1.5px 5px}.pupil_family .s-knowledge:not(:has(figure)){columns:2;column-gap:26px}.pupil_family .s-knowledge h2,.pupil_family .s-knowledge .h2,.pupil_family .s-knowledge p{column-span:all}.pupil_family .s-knowledge:not(:has(figure)) .scroll{break-inside:avoid;margin:0}.pupil_family table:not(.t-items){break-inside:avoid}.pupil_family .t-items tr>:first-child,.pupil_family .t-items tr>.n{width:7%}.pupil_family .t-items tr>:nth-child(5){width:28%;white-space:nowrap}.pupil_family .t-items tr>:nth-child(6){width:28%}.pupil_family .t-items tr>:nth-child(5):last-child{width:56%}}
)css";

}  // namespace celadon::inline CELADON_ABI::reports::html_detail
