"""What a front is and which laws it follows: pure functions and frozen records; no clock, no files."""
