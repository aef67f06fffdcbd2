#include <celadon/evaluation/feedback/impl/comment_lint.ipp>
