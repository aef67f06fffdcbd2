#include <celadon/core/impl/text.ipp>
