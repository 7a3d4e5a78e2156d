"""Where examples come from: what is known of a source without reading it, and the reading of it."""
