"""What the rows of layers, ops and applications are made of, and how one is found by its key."""
