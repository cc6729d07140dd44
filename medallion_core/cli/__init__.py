"""The same stages without a screen."""
