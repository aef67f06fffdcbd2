/// What writes pages from Python.
#pragma once

#include "common.hpp"

#include <celadon/reports/sink.hpp>

#include <memory>

namespace celadon::python {

/// A folder from a str; otherwise a sink that calls the object for each page (path, kind, subject, bytes). What Python raises in it stops
/// the writing and comes out of it.
std::unique_ptr<reports::ReportSink> sink_of(const py::object& target);

}  // namespace celadon::python
