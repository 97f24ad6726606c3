"""A frozen mail and a recipient in; bytes on the wire out."""
