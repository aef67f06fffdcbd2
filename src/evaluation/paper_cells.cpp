#include <celadon/evaluation/impl/paper_cells.ipp>
