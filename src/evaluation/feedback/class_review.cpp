#include <celadon/evaluation/feedback/impl/class_review.ipp>
