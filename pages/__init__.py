"""The screen: thin pages on one Design. They read state, call the core and draw."""
