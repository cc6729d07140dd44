"""The Preview page: the bundle of a design, and how it differs from another."""
