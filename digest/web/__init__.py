"""The desk, the reader pages and the public links, over HTTP."""
