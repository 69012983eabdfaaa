"""What a run or an ensemble says: timeline, pressure, roads, why a town is supplied as it is."""
