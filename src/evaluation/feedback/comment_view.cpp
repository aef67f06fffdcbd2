#include <celadon/evaluation/feedback/impl/comment_view.ipp>
