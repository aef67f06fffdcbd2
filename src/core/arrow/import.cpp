#include <celadon/core/arrow/impl/import.ipp>
