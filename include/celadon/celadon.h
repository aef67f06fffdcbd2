/* Celadon's C API: evaluation and analytics for school education. C99 and C++.
 *
 * The rules, once for every function:
 *
 * - Every function that can fail returns a celadon_status: 0 is success, anything else is the number of a catalogue code
 *   (celadon_code_name gives its text form). Numbers are only ever appended. `error` may be NULL; when given it must have been set up by
 *   celadon_error_init and then receives code, place and sentences. Nothing throws or longjmps across this boundary.
 * - On success an `out` handle is owned by the caller and freed by the destroy function of its type, which takes NULL. On failure it is
 * NULL. `out` pointers must not be NULL.
 * - Arguments are only borrowed for the call, unless a sentence says that they are taken over. What a getter hands out lives as long as the
 *   handle it came from, unless a sentence says otherwise.
 * - Handles of results are immutable: any number of threads may read one at once. Destroying is not concurrent with reading. Functions
 * without a sentence on threads are reentrant.
 * - Option structs begin with struct_size and are set up by their _init function, so that they can grow: call
 *   celadon_x_options_init(&options, sizeof options), change what you need. A NULL option pointer means the defaults.
 * - Text is UTF-8. Sizes are in bytes; a size of -1 means that the text ends with a NUL. Text that is handed out ends with a NUL as well.
 * - Rows are persons, columns are items. Missing answers are the numbers of celadon_missing; numbers that cannot be computed are NaN in
 * flat arrays and null in tables.
 * - The same input gives the same bits for any number of threads, and in C, C++ and Python.
 */
#ifndef CELADON_CELADON_H
#define CELADON_CELADON_H

#include <celadon/c/archive.h>
#include <celadon/c/base.h>
#include <celadon/c/cdm.h>
#include <celadon/c/cdm_quality.h>
#include <celadon/c/chart.h>
#include <celadon/c/comments.h>
#include <celadon/c/composite.h>
#include <celadon/c/composite_analysis.h>
#include <celadon/c/ctt.h>
#include <celadon/c/data.h>
#include <celadon/c/dataset.h>
#include <celadon/c/evaluation.h>
#include <celadon/c/feedback.h>
#include <celadon/c/green.h>
#include <celadon/c/indicators.h>
#include <celadon/c/irt.h>
#include <celadon/c/multilevel.h>
#include <celadon/c/paper.h>
#include <celadon/c/reports.h>
#include <celadon/c/scheme.h>
#include <celadon/c/standard_setting.h>
#include <celadon/c/survey.h>

#endif
