"""specgraph: declarative model specs, compiled to Keras 3. Importing it imports no Keras."""
