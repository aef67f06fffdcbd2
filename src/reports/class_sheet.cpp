#include <celadon/reports/impl/class_sheet.ipp>
