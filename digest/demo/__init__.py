"""A whole service on loopback, with a sample outlet and an SMTP sink."""
