#include <celadon/core/impl/shared_buffer.ipp>
