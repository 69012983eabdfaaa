"""Many runs in a folder: written as they come, read as columns."""
