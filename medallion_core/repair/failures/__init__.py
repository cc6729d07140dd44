"""The kinds of failures, one file a kind."""
