"""What a design means as tables: which there are, their columns, keys and reads."""
