#include <celadon/io/impl/json.ipp>
