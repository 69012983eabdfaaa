"""``frontsim play`` and ``frontsim render``: watch results in a window, or make pictures and films."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from sim.cli import option
from sim.cli.command import argument, command, in_order, refuse_options
from sim.cli.completion import complete_scenarios
from sim.cli.inputs import OVERRIDES, is_recording, moment_of, read_moment, town_named
from sim.cli.terminal import Terminal
from sim.command_line import command_line
from sim.errors import MissingPartError, NoDisplayError, UsageError
from sim.files.atomic_file import write_file
from sim.model.quantities import DISCLAIMER, in_days

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.model.scenario import Scenario
    from sim.recording.reader import Recording
    from sim.scene.view_model import Frame, Selection, View
    from sim.view.background.replications import Opened
    from sim.view.background.worker import Request

BASELINE: Final = "kupiansk"
MIN_SIZE: Final = (960, 540)
MAX_SIDE: Final = 8192
NONE_GIVEN: Final[Mapping[str, Any]] = defaultdict(lambda: None)
"""The options of `play_command`, none given."""
INSTALL: Final = "The window needs pygame-ce, which is not installed: pip install pygame-ce"
REPLACE: Final = (
    "The window needs pygame-ce, but pygame is installed, under the same module name.\n"
    'Replace it: pip uninstall pygame, then pip install --force-reinstall "pygame-ce"'
)


class Size(click.ParamType):  # type: ignore[type-arg] # older clicks have no parameter here
    """A size in pixels, such as ``1280x720``."""

    name = "size"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        """Return width and height, rounded down to even numbers, which films need."""
        found = re.fullmatch(r"(\d{1,5})\s*[x×X]\s*(\d{1,5})", str(value).strip())
        if found is None:
            self.fail(f"{value!r} is not a size. Write it like 1280x720.", param, ctx)
        width, height = int(found[1]) // 2 * 2, int(found[2]) // 2 * 2
        if width < MIN_SIZE[0] or height < MIN_SIZE[1] or max(width, height) > MAX_SIDE:
            self.fail(f"{value} is out of range: from 960x540 to {MAX_SIDE}x{MAX_SIDE}.", param, ctx)
        return width, height


@command(
    "play",
    ("frontsim play", "Simulate the bundled baseline and watch it."),
    ("frontsim play runs/kupiansk-seed1.jsonl.gz --at d23 --paused", "Stop at one moment of a recorded run."),
    ("frontsim play runs/kupiansk-n200", "Watch an ensemble run by run; U shows the shares of all."),
    ("frontsim play runs/b --compare runs/a", "Show what differs between two runs, B minus A."),
    ("frontsim play kupiansk --seed 7 --select kupiansk --speed 4", "Simulate a scenario, then watch it."),
)
@argument(
    "what",
    f"A scenario, a recording or the folder of an ensemble. Default: {BASELINE}.",
    metavar="[SCENARIO|RECORDING|ENSEMBLE]",
    default=BASELINE,
    shell_complete=complete_scenarios,
)
@option.overrides
@option.number("--seed", lowest=0, help="Random seed. Default: the scenario's, else 1.")
@option.replication
@option.folder("--compare", "Show a run or ensemble A beside it; differences are this one minus A.", "A")
@option.at("Start at this moment.")
@option.number("--speed", lowest=0.25, highest=64.0, help="Playback speed, from 0.25 to 64.")
@click.option("--paused", is_flag=True, help="Start with the playback paused.")
@click.option("--size", type=Size(), metavar="WxH", help="Size of the window in pixels.")
@option.number("--text-size", lowest=0.75, highest=3.0, help="Size of text and marks, from 0.75 to 3.")
@option.theme
@click.option("--motion", type=click.Choice(["full", "reduced"]), help="Full or reduced animation.")
@option.select
@click.pass_context
def play_command(context: click.Context, /, what: str, **options: Any) -> None:  # noqa: ANN401 - what click has read
    """Watch a run in a window; a scenario is simulated first.

    Press ? in the window for a list of its keys, or see frontsim keys. What you choose there is remembered.
    Without a display, the run is recorded, a picture of it is made, and you are told where both are.
    """
    terminal = context.ensure_object(Terminal)
    if terminal.wants_json:
        raise UsageError("A window cannot be JSON. For one moment: frontsim show RECORDING --at d23 --json")
    if Path(what).is_dir():
        _refuse_changes(context)
        _play_ensemble(terminal, what, options)
        return
    if is_recording(what):
        _refuse_changes(context, "replication")
        play_recording(terminal, Path(what), options)
        return
    request = _request(context, what)
    from sim.cli.look.background_run import overrides_of
    from sim.scenario_file.read import read_scenario
    from sim.view.background.replications import Opened

    # Mistakes are printed here in full; a message in the window would be too small for them.
    read_scenario(what, overrides_of(request))
    _watch(terminal, Opened(request), options)


def _play_ensemble(terminal: Terminal, folder: str, options: Mapping[str, Any]) -> None:
    """Open an ensemble with one of its replications: the named one, else a recorded one."""
    from sim.analysis.ensemble import EnsembleAtTime
    from sim.view.background.replications import Opened, open_replication, shared_replication
    from sim.view.background.worker import Request

    ensemble, wanted, other = EnsembleAtTime(folder), options["replication"], options["compare"]
    if wanted is not None and wanted not in ensemble.numbers:
        _watch(terminal, Opened(Request(folder, "", replication=wanted), ensemble), options)
        return
    if wanted is None and other is not None and other.is_dir():
        wanted = shared_replication(ensemble, EnsembleAtTime(other))
    _watch(terminal, Opened(open_replication(ensemble, "", wanted=wanted), ensemble), options)


def play_recording(terminal: Terminal, path: Path, options: Mapping[str, Any] = NONE_GIVEN) -> None:
    """Open a recording in a window, and return once it is closed."""
    from sim.recording.reader import Recording
    from sim.view.background.replications import Opened

    _watch(terminal, Opened(Recording.open(path)), options)


def _watch(terminal: Terminal, found: Opened, options: Mapping[str, Any]) -> None:
    """Show a window until it is closed; simulate first where there is no recording yet."""
    require_pygame()
    from sim.cli.look.background_run import simulate_for_window
    from sim.recording.reader import Recording
    from sim.view.session import LaunchOptions
    from sim.view.settings import load
    from sim.view.window import play

    def prepare(recording: Recording, frame: Frame) -> Frame:
        """Set the time and the town that the options name."""
        scenario = recording.scenario
        t = read_moment(options["at"], scenario.start, recording.end) if options["at"] else 0
        selection = selected(scenario, options["select"])
        return replace(frame, t=t, selection=selection, playing=not options["paused"])

    path = settings_file()
    frame = _frame(load(path).settings, options)
    if isinstance(found.run, Recording):
        # A wrong moment or town is also reported here.
        frame = prepare(found.run, frame)
    other, speed = _other(found, options["compare"]), options["speed"]
    launch = LaunchOptions(found.run, found.ensemble, other, frame, speed, prepare=prepare)
    try:
        message = play(launch, simulate_for_window, path)
    except NoDisplayError:
        _show_without_display(terminal, found, options)
    else:
        if message:
            terminal.hint(message)


def _show_without_display(terminal: Terminal, found: Opened, options: Mapping[str, Any]) -> None:
    """Record a run that is not there yet, make a picture of it, and say where both are."""
    from sim.cli.look.background_run import simulate_for_window
    from sim.recording.reader import Recording

    recording = found.run
    makes = "a picture" if isinstance(recording, Recording) else "a recording and a picture"
    terminal.hint(f"There is no display to open a window on: making {makes} instead.")
    if not isinstance(recording, Recording):
        made = simulate_for_window(recording, lambda _, words: terminal.hint(words))
        recording = Recording.open(made.path)
    options = defaultdict(lambda: None, options)
    picture = _picture(*_first_frame(recording, options), None, options, recording.path.parent)
    terminal.say(f"recording: {recording.path}")
    terminal.say(f"picture:   {picture['path']} (day {in_days(picture['t']):g})")
    terminal.say(DISCLAIMER)
    film = command_line("render", recording.path, options=["-o", "film.mp4"])
    terminal.hint(
        f"next: {film}{'' if find_spec('imageio_ffmpeg') else ' (needs: pip install imageio-ffmpeg)'}"
    )
    terminal.hint(f"      {command_line('report', recording.path)}")


def selected(scenario: Scenario, town: str | None) -> Selection | None:
    """Return the selection of a town that is named, if one is."""
    from sim.scene.view_model import Selection

    return Selection("town", town_named(scenario, town).id) if town else None


def _other(here: Opened, path: Path | None) -> Opened | None:
    """Return the run or ensemble of ``--compare``; it must be of the same front."""
    if path is None:
        return None
    if here.front is None:
        raise UsageError("--compare needs two recordings or two ensembles: frontsim play B --compare A")
    from sim.view.background.replications import open_path

    found = open_path(path, "", wanted=here.number)
    if found.front != here.front:
        raise UsageError(
            f"{path} is of another front: its towns, sides or first day differ.\n"
            "Name a run or an ensemble of the same front."
        )
    return found


def settings_file() -> Path:
    """Return the path of the window's settings."""
    import os

    from sim.view.settings import settings_path

    try:
        home = Path.home()
    except RuntimeError:  # no HOME, and a user whom the system does not know: nothing is kept
        home = Path(os.devnull)
    return settings_path(os.environ, sys.platform, home)


def require_pygame() -> None:
    """Raise with what to install where pygame-ce is missing, or pygame is there in its place."""
    import os

    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    try:
        import pygame
    except ImportError as missing:
        raise MissingPartError(INSTALL) from missing
    if not getattr(pygame, "IS_CE", False):
        raise MissingPartError(REPLACE)


def _refuse_changes(context: click.Context, *more: str) -> None:
    """Raise where an option is given that is for scenarios only."""
    refuse_options(
        context,
        (*OVERRIDES, "seed", *more),
        "--set, --assume, --scale, --set-file, --seed and --replication are for scenarios; "
        "a recording cannot be changed.\nLeave them out, or name a scenario.",
    )


def _frame(settings: Any, options: Mapping[str, Any]) -> Frame:  # noqa: ANN401 - Settings, not loaded here
    from sim.scene.view_model import Frame

    return Frame(
        size=options["size"] or settings.size,
        scale=options["text_size"] or settings.scale,
        theme=options["theme"] or settings.theme,
        layers=settings.layers,
        labels=settings.labels,
        panel=settings.panel,
        reduced_motion=options["motion"] == "reduced" if options["motion"] else settings.reduced_motion,
    )


def _request(context: click.Context, what: str) -> Request:
    from sim.view.background.worker import Request

    changes = in_order(context, **{kind: lambda value, kind=kind: (kind, value) for kind in OVERRIDES})
    seed, replication = context.params["seed"], context.params["replication"]
    return Request(what, "", seed, replication, tuple(changes))


PICTURE: Final = ".png"
FILMS: Final = (".mp4", ".gif", ".webp")
REPORTS: Final = 10
"""Reports of progress for each film."""
USUAL_SIZE: Final = (1280, 720)
MAX_SECONDS: Final = 600


@command(
    "render",
    ("frontsim render runs/kupiansk-seed1.jsonl.gz --at d23", "A picture of day 23."),
    ("frontsim render runs/kupiansk-seed1.jsonl.gz -o film.mp4", "The whole run in 20 seconds."),
    ("frontsim render runs/kupiansk-seed1.jsonl.gz --from d18 --to d30 -o film.gif", "Twelve days of it."),
    (
        "frontsim render runs/kupiansk-seed1.jsonl.gz --theme light --map-only",
        "The map alone, in light colours.",
    ),
)
@option.recording_argument
@option.at("Moment that the picture shows. Default: the end.")
@option.out("File to write: x.png, x.mp4, x.gif or x.webp. Default: a new .png.")
@option.force()
@click.option(
    "--size",
    type=Size(),
    metavar="WxH",
    help="Size in pixels. Default: 1280x720; a .gif is scaled to 800 pixels across, a .webp to 960.",
)
@option.number("--text-size", lowest=0.75, highest=3.0, help="Size of text and marks. Default: 1.")
@option.theme
@option.select
@click.option("--whole", is_flag=True, help="Show the whole front, not only the towns that matter most.")
@click.option("--map-only", is_flag=True, help="Draw the map alone, without panel and timeline.")
@option.number("--fps", highest=60, help="Frames per second. Default: 30; 12 for a .gif, 15 for a .webp.")
@option.number("--seconds", highest=MAX_SECONDS, default=20, help="Length of a film. Default: 20.")
@click.option("--from", "begin", metavar="DAY", help="Day on which a film begins. Default: the first.")
@click.option("--to", "end", metavar="DAY", help="Day on which a film ends. Default: the run's end.")
@click.pass_context
def render_command(context: click.Context, /, recording: Path, **options: Any) -> None:  # noqa: ANN401 - what click has read
    """Make a picture of one moment of a recording, or a film of all of it. No display is needed.

    The suffix of FILE decides the format: .png is a picture; .mp4, .gif and .webp are films. The same
    recording always gives the same picture. A .png also holds a description in words, the one that
    frontsim show RECORDING --at DAY prints.
    """
    terminal = context.ensure_object(Terminal)
    out = options["out"]
    suffix = PICTURE if out is None else out.suffix.lower()
    if suffix not in (PICTURE, *FILMS):
        raise UsageError(f"{out} has no known format. Name it .png, .mp4, .gif or .webp.")
    if suffix != PICTURE and options["at"] is not None:
        raise UsageError("--at is for pictures; a film has --from and --to. Leave it out, or name a .png.")
    from sim.recording.reader import Recording

    opened = Recording.open(recording)
    is_film = suffix != PICTURE
    view, frame = _first_frame(opened, options)
    made = _film(terminal, view, frame, out, options) if is_film else _picture(view, frame, out, options)
    if terminal.wants_json:
        terminal.print_json({"recording": str(recording), **made})
        return
    terminal.saved(made["path"], made["bytes"])


def _first_frame(recording: Recording, options: Mapping[str, Any]) -> tuple[View, Frame]:
    """Return what a picture of a recording, or the first one of a film, is painted from."""
    require_pygame()
    from sim.scene.camera import front_camera
    from sim.scene.layout import layout_of
    from sim.scene.view_model import Frame, View
    from sim.view.controls.playback import index_run, start_playback
    from sim.view.film import use_dummy_display

    use_dummy_display()
    view = View.of(recording)
    frame = Frame(
        t=moment_of(recording, options["at"]),
        size=options["size"] or USUAL_SIZE,
        scale=options["text_size"] or 1.0,
        theme=options["theme"] or "dark",
        selection=selected(recording.scenario, options["select"]),
        map_only=bool(options["map_only"]),
    )
    # A picture shows the speed at which a window would start.
    frame = start_playback(index_run(view), frame).frame
    if options.get("whole"):
        regions = layout_of(frame)
        frame = replace(frame, follows=False, camera=front_camera(view.scenario, regions.map, regions.s))
    return view, frame


def _picture(
    view: View, frame: Frame, out: Path | None, options: Mapping[str, Any], folder: Path = Path()
) -> dict[str, Any]:
    """Write a picture; return its path, size and time."""
    from sim.analysis.moment import moment_text
    from sim.view.film import paint_frame, png_bytes
    from sim.view.screenshot import free_path, picture_name, provenance

    if out is None:
        out = free_path(folder, picture_name(view.recording.header, frame.t), PICTURE)
    words = moment_text(view.scenario, view.snapshot(frame.t), view.recording.header)
    notes = provenance(view.recording, frame.t, words)
    content = png_bytes(paint_frame(view, replace(frame, follows=False)), notes)
    write_file(out, content, options["force"])
    return {"path": str(out), "bytes": len(content), "t": frame.t}


def _film(terminal: Terminal, view: View, frame: Frame, out: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Write a film; return its path, size and length."""
    from sim.experiments.running.executors import cores
    from sim.view.film import MODEST, Film, write_film

    fps, width = MODEST[out.suffix.lower()]
    opened = view.recording
    begin = 0 if options["begin"] is None else moment_of(opened, options["begin"])
    end = moment_of(opened, options["end"])
    if begin >= end:
        raise UsageError("A film must end after it begins. Name a --to that is later than --from.")
    width = None if options["size"] else width
    film = Film(options["seconds"], options["fps"] or fps, width, begin, end)
    part = max(1, film.count // REPORTS)

    def report(done: int) -> None:
        if done % part == 0 and terminal.shows_progress():
            terminal.hint(f"{done} of {film.count} frames")

    size = write_film(
        out, view, replace(frame, t=0), film, force=options["force"], jobs=cores(), progress=report
    )
    seconds = film.count / film.frames_per_second
    return {"path": str(out), "bytes": size, "frames": film.count, "seconds": seconds}
