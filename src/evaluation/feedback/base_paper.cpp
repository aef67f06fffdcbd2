#include <celadon/evaluation/feedback/impl/base_paper.ipp>
