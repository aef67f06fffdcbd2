// Handles of profiles, wordings and papers, shared by everything that evaluates.
#pragma once

#include "dataset_common.hpp"

#include <celadon/evaluation/paper_builder.hpp>
#include <celadon/io/profile_json.hpp>

struct celadon_profile {
  celadon::evaluation::Profile value;
};
struct celadon_wording {
  celadon::feedback::Wording value;
};
struct celadon_paper {
  celadon::evaluation::Paper value;
};
struct celadon_papers {
  celadon::evaluation::Papers value;
};

namespace celadon_c {

celadon::evaluation::PaperOptions paper_options(const celadon_paper_options* given);

inline const celadon::evaluation::Profile& profile_of(const celadon_profile* given) {
  return given == nullptr ? celadon::io::default_profile() : given->value;
}

inline const celadon::feedback::Wording& wording_of(const celadon_wording* given, std::int32_t language) {
  return given == nullptr ? celadon::io::default_wording(language_of(language)) : given->value;
}

/// Element of a caller's number, refused when out of range.
template <class T>
const T& at(const std::vector<T>& values, std::int64_t index, const char* name) {
  if (index < 0 || index >= static_cast<std::int64_t>(values.size())) refuse(name, "out of range: " + std::to_string(index));
  return values[static_cast<std::size_t>(index)];
}

}  // namespace celadon_c
