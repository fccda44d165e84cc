"""Pages of the month, all on the office's side."""
