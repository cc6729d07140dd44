"""What every page stands in: who asks, which workspace answers, what the session keeps."""
