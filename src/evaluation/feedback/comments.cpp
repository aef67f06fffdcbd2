#include <celadon/evaluation/feedback/impl/comments.ipp>
