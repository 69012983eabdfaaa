"""Commands that test the model: verify, hindcast, calibrate."""
