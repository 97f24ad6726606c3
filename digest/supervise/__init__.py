"""All processes of one machine under one roof: web, worker, beat, and the broker where none is named."""
