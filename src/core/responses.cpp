#include <celadon/core/impl/responses.ipp>
