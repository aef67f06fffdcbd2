#include <celadon/evaluation/impl/class_statements.ipp>
