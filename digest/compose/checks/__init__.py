"""The checks, a file for each kind of finding; each is pure, takes a Case and yields findings by the codes of `codes`."""
