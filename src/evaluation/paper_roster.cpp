#include <celadon/evaluation/impl/paper_roster.ipp>
