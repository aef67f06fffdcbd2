#include <celadon/evaluation/feedback/impl/comment_edits.ipp>
