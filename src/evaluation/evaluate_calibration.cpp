#include <celadon/evaluation/impl/evaluate_calibration.ipp>
