#include <celadon/evaluation/impl/paper_items.ipp>
