"""Commands that show results: play, show, why, report, render, export, import, keys."""
