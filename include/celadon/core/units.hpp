/// Units: pupil in class in school in district in city, and what belongs to a pupil beside the answers.
#pragma once

#include <celadon/core/config.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace celadon::inline CELADON_ABI {

/// One unit of a level (a class, a school ...). `parent` is an index into the next level up, -1 when not known.
struct Unit {
  std::string id;
  std::string name;
  std::int32_t parent = -1;
};

/// Whether a pupil's paper counts. A status is never a score of 0: whoever is not kPresent is outside every denominator.
enum class Status : std::uint8_t {
  kPresent = 0,      ///< sat the paper
  kAbsent = 1,       ///< 缺考
  kDeferred = 2,     ///< 缓考
  kExempt = 3,       ///< 免考
  kMakeUp = 4,       ///< 补考: sat another time, reported apart
  kDisqualified = 5  ///< 作弊 or otherwise void
};

/// What a school has marked about a pupil; bits of Units::flags. The host's policy decides what follows from one.
inline constexpr std::uint8_t kFlagInclusive = 1;  ///< 随班就读
inline constexpr std::uint8_t kFlagTransfer = 2;   ///< 转入, 借读: belongs to another school or came within the term

/// Persons in row order with their units. All per-person vectors have n_persons entries or are empty.
struct Units {
  std::vector<std::string> person_ids;     ///< pseudonymous keys, unique; never printed in messages
  std::vector<std::string> person_names;   ///< only what the host wants on a page; may be empty
  std::vector<std::int32_t> person_class;  ///< index into classes, -1 unknown
  std::vector<Status> status;              ///< empty means all present
  std::vector<double> weight;              ///< sampling weights > 0; empty means 1
  std::vector<std::uint8_t> flags;         ///< kFlag bits; empty means none
  std::vector<Unit> classes;
  std::vector<Unit> schools;
  std::vector<Unit> districts;
  std::vector<Unit> cities;
};

}  // namespace celadon::inline CELADON_ABI
