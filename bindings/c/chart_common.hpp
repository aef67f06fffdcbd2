// The handle of a chart, shared with the reports.
#pragma once

#include "wall.hpp"

#include <celadon/reports/chart.hpp>

struct celadon_chart {
  celadon::reports::Chart value;
};
