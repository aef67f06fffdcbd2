#include <celadon/reports/impl/class_lists.ipp>
