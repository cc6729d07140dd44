"""The REST API, one file a family of routes; SQL as the connector speaks it."""
