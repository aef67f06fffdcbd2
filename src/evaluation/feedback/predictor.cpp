#include <celadon/evaluation/feedback/impl/predictor.ipp>
