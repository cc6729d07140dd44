"""One canvas for every graph of the app: what is drawn, where it lies, how it is moved about."""
