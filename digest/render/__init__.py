"""An edition in; the frozen mail out."""
