#include <celadon/evaluation/impl/statement_maker.ipp>
