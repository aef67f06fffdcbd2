#include <celadon/evaluation/impl/paper_builder.ipp>
