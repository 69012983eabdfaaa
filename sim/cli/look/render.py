"""``frontsim render``: make a picture or a film of a recording, without a display."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from sim.cli import option
from sim.cli.command import command
from sim.cli.look.play import Size, require_pygame
from sim.cli.terminal import Terminal
from sim.errors import UsageError

if TYPE_CHECKING:
    from sim.recording.reader import Recording
    from sim.scene.view_model import Frame, View

PICTURE: Final = ".png"
FILMS: Final = (".mp4", ".gif", ".webp")
REPORTS: Final = 10
"""Reports of progress for each film."""
MAX_SECONDS: Final = 600


@command(
    "render",
    "Make a picture or a film of a recording.",
    ("frontsim render runs/kupiansk-seed1.jsonl.gz --at d23", "A picture of day 23."),
    ("frontsim render runs/kupiansk-seed1.jsonl.gz -o film.mp4", "The whole run in 20 seconds."),
    (
        "frontsim render runs/kupiansk-seed1.jsonl.gz --at d23 -o a.png --alt a.txt --theme light",
        "A light picture, with a text description.",
    ),
)
@option.recording_argument
@option.at("Moment of a picture. Default: the end.")
@option.out("File to write: x.png, x.mp4, x.gif or x.webp. Default: a new .png.")
@option.force()
@click.option(
    "--size", type=Size(), default="1280x720", metavar="WxH", help="Size in pixels. Default: 1280x720."
)
@click.option(
    "--scale", type=click.FloatRange(0.75, 3), default=1.0, metavar="N", help="Size of text. Default: 1."
)
@option.theme
@option.select
@click.option("--map-only", is_flag=True, help="Draw the map without panel and timeline.")
@click.option(
    "--fps", type=click.IntRange(1, 60), default=30, metavar="N", help="Frames per second. Default: 30."
)
@click.option(
    "--seconds",
    type=click.FloatRange(1, MAX_SECONDS),
    default=20.0,
    metavar="N",
    help="Length of a film. Default: 20.",
)
@click.option("--alt", type=option.PATH, metavar="FILE", help="Write a text description to this file.")
@click.pass_context
def render_command(context: click.Context, /, recording: Path, **options: Any) -> None:  # noqa: ANN401 - what click has read
    """Make a picture of one moment of a recording, or a film of all of it. No display is needed.

    The suffix of FILE chooses the format: .png is a picture; .mp4, .gif and .webp are films. The same
    recording always gives the same picture.
    """
    terminal = context.ensure_object(Terminal)
    out = options["out"]
    suffix = PICTURE if out is None else out.suffix.lower()
    if suffix not in (PICTURE, *FILMS):
        raise UsageError(f"{out} has no known format. Name it .png, .mp4, .gif or .webp.")
    if suffix != PICTURE and options["at"] is not None:
        raise UsageError("--at is for pictures; a film shows the whole run. Leave it out, or name a .png.")
    from sim.files.atomic_file import write_file
    from sim.recording.reader import Recording

    opened = Recording.open(recording)
    require_pygame()
    from sim.scene.view_model import View
    from sim.view.film import use_dummy_display

    use_dummy_display()
    frame = _frame(opened, options)
    from sim.view.controls.playback import index_run, start_playback

    view = View.of(opened)
    # A picture shows the speed at which a window would start.
    frame = start_playback(index_run(view), frame).frame
    is_film = suffix != PICTURE
    made = _film(terminal, view, frame, out, options) if is_film else _picture(view, frame, out, options)
    alt = options["alt"]
    if alt is not None:
        write_file(alt, f"{_words(view, view.end if is_film else frame.t)}\n".encode(), options["force"])
        made["alt"] = str(alt)
    if terminal.wants_json:
        terminal.print_json({"recording": str(recording), **made})
        return
    if alt is not None:
        terminal.say(f"saved {alt}")
    terminal.saved(made["path"], made["bytes"])


def _frame(recording: Recording, options: dict[str, Any]) -> Frame:
    from sim.cli.parse import moment_of, town_named
    from sim.scene.view_model import Frame, Selection

    name = options["select"]
    selection = Selection("town", town_named(recording.scenario, name).id) if name else None
    return Frame(
        t=moment_of(recording, options["at"]),
        size=options["size"],
        scale=options["scale"],
        theme=options["theme"] or "dark",
        selection=selection,
        map_only=options["map_only"],
    )


def _picture(view: View, frame: Frame, out: Path | None, options: dict[str, Any]) -> dict[str, Any]:
    """Write a picture; return its path, size and time."""
    from sim.files.atomic_file import write_file
    from sim.view.film import paint_frame, png_bytes
    from sim.view.screenshot import free_path, picture_name, provenance

    if out is None:
        out = free_path(Path(), picture_name(view.recording.header, frame.t), PICTURE)
    notes = provenance(view.recording, frame.t, _words(view, frame.t))
    content = png_bytes(paint_frame(view, frame), notes)
    write_file(out, content, options["force"])
    return {"path": str(out), "bytes": len(content), "t": frame.t}


def _film(terminal: Terminal, view: View, frame: Frame, out: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Write a film; return its path, size and length."""
    from sim.experiments.running.executors import cores
    from sim.view.film import Film, write_film

    film = Film(options["seconds"], options["fps"])
    part = max(1, film.count // REPORTS)

    def report(done: int) -> None:
        if done % part == 0 and terminal.shows_progress():
            terminal.hint(f"{done} of {film.count} frames")

    size = write_film(
        out, view, replace(frame, t=0), film, force=options["force"], jobs=cores(), progress=report
    )
    return {"path": str(out), "bytes": size, "frames": film.count, "seconds": film.count / options["fps"]}


def _words(view: View, t: int) -> str:
    """Return a moment as text."""
    from sim.analysis.moment import moment_text

    return moment_text(view.scenario, view.snapshot(t), view.recording.header)
