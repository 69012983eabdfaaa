"""Where and how replications are run."""
