/// Charts as Vega-Lite 5 specifications with their data inline, for notebooks and a host's own pages.
#pragma once

#include <celadon/reports/chart.hpp>

#include <string>

namespace celadon::inline CELADON_ABI::reports {

/// JSON text of a Vega-Lite specification of the chart: same numbers, same words. Numbers round-trip; gaps are null. Reentrant.
[[nodiscard]] std::string vega_lite(const Chart& chart);

}  // namespace celadon::inline CELADON_ABI::reports
