"""One file for each objective; `specgraph.training.objective` says what is in it."""
