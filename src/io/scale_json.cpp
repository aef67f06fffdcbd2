#include <celadon/io/impl/scale_json.ipp>
