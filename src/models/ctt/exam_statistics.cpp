#include <celadon/models/ctt/impl/exam_statistics.ipp>
