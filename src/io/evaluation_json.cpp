#include <celadon/io/impl/evaluation_json.ipp>
