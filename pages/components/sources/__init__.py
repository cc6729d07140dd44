"""The Sources page: what there is to build from, and the basket."""
