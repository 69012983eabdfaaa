"""The verification pack: published and exact cases, run through the engine itself."""
