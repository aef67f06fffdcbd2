#include <celadon/io/impl/archive.ipp>
