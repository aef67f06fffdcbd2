#include <celadon/evaluation/green/impl/driver_lines.ipp>
