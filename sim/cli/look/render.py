"""``frontsim render``: a picture or a film of a recording, without a display."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from sim.cli.arguments import recording_argument
from sim.cli.command import command
from sim.cli.look.play import Size, require_pygame
from sim.cli.terminal import Terminal
from sim.errors import UsageError

if TYPE_CHECKING:
    from sim.recording.reader import Recording
    from sim.scene.view_model import Frame, View
    from sim.view.film import Film

PICTURE: Final = ".png"
FILMS: Final = (".mp4", ".gif", ".webp")
TELLING: Final = 10
"""Parts of a film after each of which it is told how far it is."""
LONGEST: Final = 600


@command(
    "render",
    "Make a picture or a film of a recording.",
    ("frontsim render runs/kupiansk-seed1.jsonl.gz --at d23", "A picture of day 23."),
    ("frontsim render runs/kupiansk-seed1.jsonl.gz -o film.mp4", "The whole run in 20 seconds."),
    (
        "frontsim render runs/kupiansk-seed1.jsonl.gz --at d23 -o a.png --alt a.txt --theme light",
        "With its description in words.",
    ),
)
@recording_argument
@click.option("--at", metavar="DAY", help='Of a picture: 23, d23, 23.5, "d23 06:00"; else the end.')
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), metavar="FILE", help="x.png, x.mp4, x.gif or x.webp."
)
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@click.option("--size", type=Size(), default="1280x720", metavar="WxH", help="In pixels; 1280x720.")
@click.option("--scale", type=click.FloatRange(0.75, 3), default=1.0, metavar="N", help="Size of text; 1.")
@click.option("--theme", type=click.Choice(["dark", "light"]), default="dark", help="Dark or light.")
@click.option("--select", metavar="TOWN", help="A town to select.")
@click.option("--map-only", is_flag=True, help="The map without what is beside and below it.")
@click.option("--fps", type=click.IntRange(1, 60), default=30, metavar="N", help="Of a film; 30.")
@click.option(
    "--seconds", type=click.FloatRange(1, LONGEST), default=20.0, metavar="N", help="Of a film; 20."
)
@click.option("--alt", type=click.Path(path_type=Path), metavar="FILE", help="Where to write it in words.")
@click.pass_context
def render_command(context: click.Context, /, recording: Path, **options: Any) -> None:  # noqa: ANN401 - what click has read
    """Make a picture of a moment of RECORDING, or a film of all of it; no display is needed.

    The ending of FILE says which: .png is a picture, .mp4, .gif and .webp are films. The same recording
    gives the same picture.
    """
    terminal = context.ensure_object(Terminal)
    out = options["out"]
    _check(out, options)
    from sim.recording.reader import Recording

    opened = Recording.open(recording)
    require_pygame()
    from sim.scene.view_model import View
    from sim.view.film import use_dummy_display

    use_dummy_display()
    frame = _frame(opened, options)
    from sim.view.controls.playback import index_run, start_playback

    is_film = out is not None and out.suffix.lower() in FILMS
    view = View.of(opened)
    # A picture shows the speed with which a window would begin.
    frame = start_playback(index_run(view), frame).frame
    made = _film(terminal, view, frame, out, options) if is_film else _picture(view, frame, out, options)
    alt = options["alt"]
    if alt is not None:
        _write(alt, f"{_words(view, view.end if is_film else frame.t)}\n".encode(), options["force"])
        made["alt"] = str(alt)
    if terminal.wants_json:
        terminal.object({"recording": str(recording), **made})
        return
    from sim.cli.text.run import size_text
    from sim.model.quantities import DISCLAIMER

    terminal.say(f"saved {made['path']} ({size_text(made['bytes'])})")
    if alt is not None:
        terminal.say(f"saved {alt}")
    terminal.say(DISCLAIMER)


def _check(out: Path | None, options: dict[str, Any]) -> None:
    """Raise where options do not fit what is to be made."""
    suffix = PICTURE if out is None else out.suffix.lower()
    if suffix not in (PICTURE, *FILMS):
        raise UsageError(f"{out} ends in no kind of picture or film. Name it .png, .mp4, .gif or .webp.")
    if suffix != PICTURE and options["at"] is not None:
        raise UsageError(
            "--at is for pictures, and a film shows the whole run. Leave it out, or name a .png."
        )


def _frame(recording: Recording, options: dict[str, Any]) -> Frame:
    """Return what is shown."""
    from sim.cli.moments import read_moment
    from sim.cli.towns import town_named
    from sim.scene.view_model import Frame, Selection

    scenario, name = recording.scenario, options["select"]
    t = recording.end if options["at"] is None else read_moment(options["at"], scenario.start, recording.end)
    selection = Selection("town", town_named(scenario, name).id) if name else None
    return Frame(
        t=t,
        size=options["size"],
        scale=options["scale"],
        theme=options["theme"],
        selection=selection,
        map_only=options["map_only"],
    )


def _picture(view: View, frame: Frame, out: Path | None, options: dict[str, Any]) -> dict[str, Any]:
    """Write a picture; return what was made."""
    from sim.view.film import paint_frame, png_bytes
    from sim.view.screenshot import free_path, picture_name, provenance

    if out is None:
        out = free_path(Path(), picture_name(view.recording.header, frame.t), PICTURE)
    notes = provenance(view.recording, frame.t, _words(view, frame.t))
    content = png_bytes(paint_frame(view, frame), notes)
    _write(out, content, options["force"])
    return {"path": str(out), "bytes": len(content), "t": frame.t}


def _film(terminal: Terminal, view: View, frame: Frame, out: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Write a film; return what was made."""
    from sim.view.film import Film, write_film

    film = Film(options["seconds"], options["fps"])
    size = write_film(
        out,
        view,
        replace(frame, t=0),
        film,
        force=options["force"],
        jobs=_cores(),
        progress=_watching(terminal, film),
    )
    return {"path": str(out), "bytes": size, "frames": film.count, "seconds": film.count / options["fps"]}


def _cores() -> int:
    """Return how many cores this process may use."""
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _watching(terminal: Terminal, film: Film) -> Any:  # noqa: ANN401 - a function, or none
    """Return what tells how far a film is; none where nobody wants to know."""
    if not terminal.shows_progress():
        return None
    part = max(1, film.count // TELLING)

    def progress(done: int) -> None:
        if done % part == 0:
            terminal.hint(f"{done} of {film.count} pictures")

    return progress


def _words(view: View, t: int) -> str:
    """Return a moment in words."""
    from sim.analysis.moment import moment_text

    return moment_text(view.scenario, view.snapshot(t), view.recording.header)


def _write(path: Path, content: bytes, force: bool) -> None:
    """Write a whole file."""
    from sim.files.atomic_file import AtomicFile

    with AtomicFile(path, force) as file:
        file.write(content)
        file.keep()
