"""Commands that show and convert results: play, show, why, report, render, export, import."""
