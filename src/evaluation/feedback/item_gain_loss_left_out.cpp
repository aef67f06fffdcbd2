#include <celadon/evaluation/feedback/impl/item_gain_loss_left_out.ipp>
