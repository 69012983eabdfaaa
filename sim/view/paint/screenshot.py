"""A picture of what is seen, kept under a name that says which moment it shows, and replacing nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sim.analysis.moment import moment_text
from sim.model.quantities import DAY
from sim.scene.side_by_side import title_of
from sim.view.paint.png import free_path, picture_name, provenance
from sim.view.panel.charts import charted_town
from sim.view.panel.difference_text import contrast_words
from sim.view.panel.panel import selected_town
from sim.view.panel.run_difference_text import difference_words

if TYPE_CHECKING:
    from pathlib import Path

    from sim.scene.view_model import Frame, View
    from sim.view.session.launch_options import Screen


def moment(view: View, frame: Frame) -> str:
    """Return what a frame shows in words."""
    text = moment_text(view.scenario, view.snapshot(frame.t), view.recording.header, view.chances)
    if view.beside is None:
        return text
    town = charted_town(view, selected_town(frame))
    words = contrast_words(view, frame.t, town) or difference_words(view, frame.t, town)
    return f"{text}\nBeside {title_of(view.beside, view)}: {' '.join(words)}"


def copied(view: View, frame: Frame, screen: Screen) -> str:
    """Put what a frame shows on the clipboard, in words; return what to tell of it."""
    screen.copy(moment(view, frame))
    return "This moment is on the clipboard, as text."


def kept(view: View, frame: Frame, screen: Screen, folder: Path) -> str:
    """Write a picture of what is seen; return what to tell of it.

    Parameters
    ----------
    view, frame, screen, folder
        As `keep_screenshot` has them.
    """
    path = keep_screenshot(view, frame, screen, folder)
    return f"Saved {path.name} in {path.parent.resolve()}"


def keep_screenshot(view: View, frame: Frame, screen: Screen, folder: Path) -> Path:
    """Write a picture of what is seen, without messages and rings; return where.

    Parameters
    ----------
    frame
        What the picture shows; the map alone, where it says so.
    """
    clean = replace(frame, toast=None, hover=None, focus=None, progress=None)
    content = screen.picture(clean, provenance(view.recording, frame.t, moment(view, frame)))
    header = view.recording.header
    day = date.fromisoformat(header.start) + timedelta(days=frame.t // DAY)
    name = picture_name(header, frame.t, day.isoformat()) + "_map" * frame.map_only
    path = free_path(folder, name, ".png")
    path.write_bytes(content)
    return path
