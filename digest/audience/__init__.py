"""Who may get the mail: addresses, tokens, consent and the roster as CSV."""
