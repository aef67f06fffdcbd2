#include <celadon/io/impl/shipped_schemes.ipp>
