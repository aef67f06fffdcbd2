#include <celadon/evaluation/impl/pupil_statements.ipp>
