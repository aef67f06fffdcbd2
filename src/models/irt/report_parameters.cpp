#include <celadon/models/irt/impl/report_parameters.ipp>
