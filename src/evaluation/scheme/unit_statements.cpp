#include <celadon/evaluation/scheme/impl/unit_statements.ipp>
