"""Unity Catalog: what there is, what it is called, who may do what with it."""
