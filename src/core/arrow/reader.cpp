#include <celadon/core/arrow/impl/reader.ipp>
