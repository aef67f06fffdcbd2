#include <celadon/evaluation/impl/paper_points.ipp>
