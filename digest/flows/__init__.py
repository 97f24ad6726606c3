"""The order of steps: load, decide, save. Each flow stands alone."""
