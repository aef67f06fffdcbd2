#include <celadon/evaluation/feedback/impl/statement_rules.ipp>
