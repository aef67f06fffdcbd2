#include <celadon/core/arrow/impl/writer.ipp>
