"""Text that enters code: names, SQL, types, YAML, differences."""
