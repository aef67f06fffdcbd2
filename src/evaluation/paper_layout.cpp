#include <celadon/evaluation/impl/paper_layout.ipp>
