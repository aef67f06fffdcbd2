#include <celadon/evaluation/impl/pupil_items.ipp>
