#include <celadon/reports/impl/sink.ipp>
