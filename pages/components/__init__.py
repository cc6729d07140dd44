"""What several pages draw, and the state that a browser session keeps."""
