#include <celadon/models/latent/impl/pack.ipp>
