#include <celadon/evaluation/feedback/impl/statement.ipp>
