#include <celadon/io/impl/comments_json.ipp>
