"""What is generated from the rows. `python -m specgraph.codegen` writes it all anew."""
