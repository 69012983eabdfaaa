"""The ground floor: what a front is and which laws it follows; pure, no clock, no files."""
