#pragma once

#include <celadon/core/responses.hpp>

celadon::Responses make();
double persons_in(const celadon::Responses& data);
