#include "common.hpp"

PYBIND11_MODULE(_celadon, module) {
  namespace cp = celadon::python;
  module.doc() = "The compiled part of celadon. Use the package celadon.";
  module.attr("__version__") = CELADON_VERSION;
  cp::bind_core(module);
  cp::bind_dataset(module);
  cp::bind_ctt(module);
  cp::bind_irt(module);
  cp::bind_survey(module);
  cp::bind_standard_setting(module);
  cp::bind_green(module);
  cp::bind_cdm(module);
  cp::bind_composite(module);
  cp::bind_multilevel(module);
  cp::bind_feedback(module);
  cp::bind_evaluation(module);
  cp::bind_scheme(module);
  cp::bind_charts(module);
  cp::bind_reports(module);
  cp::bind_indicators(module);
}
