#include <celadon/models/latent/impl/expect.ipp>
