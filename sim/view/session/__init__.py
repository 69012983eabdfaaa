"""What is open, and what keys and mouse do to it."""
