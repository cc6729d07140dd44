"""What the pages draw, a folder for each page, and the frame that they stand in."""
