#pragma once

#include <celadon/io/evaluation_json.hpp>
#include <celadon/io/json.hpp>

namespace celadon::inline CELADON_ABI::io {

Result<std::string> to_json(const evaluation::Evaluation& evaluation, Language language) {
  Findings findings = evaluation.findings;
  for (const auto& paper : evaluation.papers) findings.insert(findings.end(), paper.findings.begin(), paper.findings.end());
  JsonWriter out;
  out.begin_object();
  out.member("format", "celadon.evaluation").member("version", 1).member("library", std::string_view(evaluation.library_version));
  out.key("profile").begin_object();
  out.member("id", std::string_view(evaluation.profile.id)).member("hash", std::string_view(evaluation.profile.hash)).end_object();
  out.key("findings").raw(to_json(findings, language));
  out.key("tables").begin_object();
  for (const std::string& name : evaluation::table_names()) {
    const auto table = evaluation::table(evaluation, name, language);
    if (!table) return table.error();
    out.key(name).raw(to_json(*table));
  }
  out.end_object().end_object();
  return out.take();
}

}  // namespace celadon::inline CELADON_ABI::io
