#include <celadon/io/impl/scheme_node.ipp>
