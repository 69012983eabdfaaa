"""Who gets how much supply by which road: need, the linear program, and the paths of its flow."""
