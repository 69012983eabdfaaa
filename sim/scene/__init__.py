"""What a picture is made of, as values: shapes, theme, text, and the map; no pygame."""
