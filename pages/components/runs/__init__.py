"""The Runs page: how a run goes, what failed and what mends it."""
