#include <celadon/io/impl/json_visit.ipp>
