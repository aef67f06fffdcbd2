/// Who reads a page or a table; decides what is suppressed (suppression.hpp).
#pragma once

#include <celadon/core/config.hpp>

#include <cstdint>

namespace celadon::inline CELADON_ABI::evaluation {

enum class Audience : std::uint8_t {
  kPupil = 0,      ///< the pupil and the family: their own figures
  kTeacher = 1,    ///< the teacher of the class: the class's own lists
  kSchool = 2,     ///< staff of the school across classes
  kDistrict = 3,   ///< across schools
  kPublished = 4,  ///< anybody
};

}  // namespace celadon::inline CELADON_ABI::evaluation
