#include <celadon/evaluation/feedback/impl/predictor_item.ipp>
