#include <celadon/io/impl/profile_json.ipp>
