/// Tables that come in from Python.
#pragma once

#include "common.hpp"

#include <celadon/core/dataset.hpp>

namespace celadon::python {

/// A table from anything with the Arrow PyCapsule interface, a pandas.DataFrame, or a mapping of columns.
arrow::DataTable import_table(const py::object& object);

}  // namespace celadon::python
