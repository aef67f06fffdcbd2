#include <celadon/evaluation/impl/paper_reading.ipp>
