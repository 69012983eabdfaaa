"""Changes tried out at the window, simulated in a process beside it."""
