"""The Design page: entities, star and settings as a person edits them."""
