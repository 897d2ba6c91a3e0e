"""Tables laid out otherwise than ours: small ones in, standard rows out."""
