"""The gallery: a recording played, as shapes and then as pixels; it knows nouns, no laws and no engine."""
