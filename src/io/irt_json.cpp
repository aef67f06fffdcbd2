#include <celadon/io/impl/irt_json.ipp>
