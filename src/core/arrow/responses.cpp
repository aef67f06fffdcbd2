#include <celadon/core/arrow/impl/responses.ipp>
