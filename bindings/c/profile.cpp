#include "paper_common.hpp"

#include <celadon/evaluation/suppression.hpp>

#include <algorithm>

using namespace celadon_c;

extern "C" {

celadon_status celadon_profile_parse(const char* json, int64_t json_size, celadon_profile** out, celadon_error* error) {
  return produce(out, error, [&] { return unwrap(celadon::io::parse_profile(text(&need(json, "json"), json_size, "json"))); });
}
celadon_status celadon_profile_default(celadon_profile** out, celadon_error* error) {
  return produce(out, error, [] { return celadon::io::default_profile(); });
}
celadon_status celadon_profile_default_text(celadon_text** out, celadon_error* error) {
  return produce(out, error, [] { return std::string(celadon::io::default_profile_text()); });
}
CELADON_C_DESTROY(celadon_profile)

const char* celadon_profile_id(const celadon_profile* profile) {
  return profile == nullptr ? nullptr : profile->value.id.c_str();
}
const char* celadon_profile_edition(const celadon_profile* profile) {
  return profile == nullptr ? nullptr : profile->value.edition.c_str();
}
const char* celadon_profile_hash(const celadon_profile* profile) {
  return profile == nullptr ? nullptr : profile->value.hash.c_str();
}
int64_t celadon_profile_n_levels(const celadon_profile* profile) {
  return profile == nullptr ? 0 : static_cast<int64_t>(profile->value.levels.size());
}
const char* celadon_profile_level_id(const celadon_profile* profile, int64_t level) {
  if (level < 0 || level >= celadon_profile_n_levels(profile)) return nullptr;
  return profile->value.levels[static_cast<std::size_t>(level)].id.c_str();
}
const char* celadon_profile_level_name(const celadon_profile* profile, int64_t level, int32_t language) {
  if (level < 0 || level >= celadon_profile_n_levels(profile)) return nullptr;
  const auto& name = profile->value.levels[static_cast<std::size_t>(level)].name;
  return language == CELADON_CHINESE ? name.zh.c_str() : language == CELADON_ENGLISH ? name.en.c_str() : nullptr;
}
int32_t celadon_profile_level_of(const celadon_profile* profile, double share) {
  return profile == nullptr ? -1 : profile->value.level_of(share);
}
const char* celadon_profile_source(const celadon_profile* profile, const char* group) {
  if (profile == nullptr || group == nullptr) return nullptr;
  const auto* source = profile->value.source_of(group);
  return source == nullptr ? nullptr : source->source.c_str();
}

celadon_status celadon_canonical_hash(const char* json, int64_t json_size, char* out, int64_t capacity, celadon_error* error) {
  return guard(error, [&] {
    const std::string hash = unwrap(celadon::io::canonical_hash(text(&need(json, "json"), json_size, "json")));
    check_capacity(capacity, static_cast<int64_t>(hash.size()) + 1, "out");
    std::memcpy(&need(out, "out"), hash.c_str(), hash.size() + 1);
  });
}

celadon_status celadon_wording_parse(const char* json, int64_t json_size, celadon_wording** out, celadon_error* error) {
  return produce(out, error, [&] { return unwrap(celadon::io::parse_wording(text(&need(json, "json"), json_size, "json"))); });
}
celadon_status celadon_wording_default(int32_t language, celadon_wording** out, celadon_error* error) {
  return produce(out, error, [&] { return celadon::io::default_wording(language_of(language)); });
}
celadon_status celadon_wording_default_text(int32_t language, celadon_text** out, celadon_error* error) {
  return produce(out, error, [&] { return std::string(celadon::io::default_wording_text(language_of(language))); });
}
CELADON_C_DESTROY(celadon_wording)

const char* celadon_wording_language(const celadon_wording* wording) {
  return wording == nullptr ? nullptr : wording->value.language.c_str();
}

celadon_status celadon_wording_lint(const celadon_wording* const* wordings, int64_t n_wordings, celadon_table** out, celadon_error* error) {
  return produce(out, error, [&] {
    std::vector<celadon::feedback::Wording> set;
    for (const celadon_wording* one : span_of(wordings, n_wordings, "wordings")) set.push_back(need(one, "wordings").value);
    celadon::Table table("wording_lint");
    table.add("problem", celadon::feedback::lint(set));
    return table;
  });
}

celadon_status celadon_suppress_groups(const int64_t* n, int64_t n_groups, const celadon_profile* profile, int32_t audience,
                                       int32_t* hidden, celadon_error* error) {
  return guard(error, [&] {
    const auto sizes = span_of(n, n_groups, "n");
    for (const int64_t size : sizes)
      if (size < 0) refuse("n", "negative");
    const auto who = enumerator<celadon::evaluation::Audience>(audience, 5, "audience");
    const auto decisions = celadon::evaluation::suppress_groups(sizes, profile_of(profile).suppression, who);
    if (n_groups > 0) need(hidden, "hidden");
    std::transform(decisions.begin(), decisions.end(), hidden, [](auto one) { return static_cast<int32_t>(one); });
  });
}

celadon_status celadon_suppress_rate(int64_t count, int64_t n, const celadon_profile* profile, int32_t audience, int32_t* hidden,
                                     celadon_error* error) {
  return guard(error, [&] {
    if (count < 0 || n < count) refuse("count", "not between 0 and n");
    const auto who = enumerator<celadon::evaluation::Audience>(audience, 5, "audience");
    need(hidden, "hidden") = static_cast<int32_t>(celadon::evaluation::suppress_rate(count, n, profile_of(profile).suppression, who));
  });
}

}  // extern "C"
