#include <celadon/io/impl/scheme_json.ipp>
