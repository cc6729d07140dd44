"""The overview of all pipelines of a person."""
