#include <celadon/evaluation/feedback/impl/predictor_working.ipp>
