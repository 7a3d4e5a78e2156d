"""Training with Keras: phases, data, callbacks."""
