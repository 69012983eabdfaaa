"""``frontsim play``: a recording or an ensemble in a window; a scenario is simulated first."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from sim.cli.arguments import complete_scenarios, is_recording, override_options
from sim.cli.command import command, in_order
from sim.cli.terminal import Terminal
from sim.cli.whole_number import WholeNumber
from sim.errors import MissingPartError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sim.analysis.ensemble_at_time import EnsembleAtTime
    from sim.model.scenario import Scenario
    from sim.recording.reader import Recording
    from sim.scene.view_model import Frame
    from sim.view.background.replications import Opened
    from sim.view.background.worker import Request

BASELINE: Final = "kupiansk"
SMALLEST: Final = (960, 540)
LARGEST: Final = 8192
USUAL: Final[Mapping[str, Any]] = {
    **dict.fromkeys(("at", "speed", "size", "theme", "motion", "select", "ensemble", "compare")),
    "paused": False,
}
"""Options where none is given."""
INSTALL: Final = "The window needs pygame-ce, which is not installed: pip install pygame-ce"
UPSTREAM: Final = (
    "pygame is installed here, and the window needs pygame-ce, which takes the same name.\n"
    'Replace it: pip uninstall pygame, then pip install --force-reinstall "pygame-ce"'
)


class Size(click.ParamType):  # type: ignore[type-arg] # older clicks have no parameter here
    """A size in pixels: ``1280x720``."""

    name = "size"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        """Return width and height; even, as films need them."""
        found = re.fullmatch(r"(\d{3,5})\s*[x×X]\s*(\d{3,5})", str(value).strip())
        if found is None:
            self.fail(f"{value!r} is no size. Write 1280x720.", param, ctx)
        width, height = int(found[1]) // 2 * 2, int(found[2]) // 2 * 2
        if width < SMALLEST[0] or height < SMALLEST[1] or max(width, height) > LARGEST:
            self.fail(f"{value} is too small or too large. From 960x540 to {LARGEST}x{LARGEST}.", param, ctx)
        return width, height


@command(
    "play",
    "Watch a recording in a window.",
    ("frontsim play", "Simulate the bundled baseline and watch it."),
    ("frontsim play runs/kupiansk-seed1.jsonl.gz --at d23 --paused", "A moment of a recorded run."),
    ("frontsim play runs/kupiansk-n200", "An ensemble, by its replications: U shows what they share."),
    ("frontsim play runs/a --compare runs/b", "Two runs or two ensembles: one timeline, and what differs."),
    ("frontsim play kupiansk --seed 7 --select kupiansk --speed 4", "A scenario, simulated first."),
)
@click.argument(
    "what", metavar="[SCENARIO|RECORDING|ENSEMBLE]", default=BASELINE, shell_complete=complete_scenarios
)
@override_options
@click.option("--seed", type=WholeNumber(0), metavar="N", help="Of a scenario's run; else the file's.")
@click.option("--replication", type=WholeNumber(0), metavar="N", help="Which of a seed's many runs; 0.")
@click.option(
    "--ensemble", type=click.Path(path_type=Path), metavar="DIR", help="Beside a run: how usual it is."
)
@click.option(
    "--compare", type=click.Path(path_type=Path), metavar="OTHER", help="Another run or ensemble, beside it."
)
@click.option("--at", metavar="DAY", help='Where to begin: 23, d23, 23.5, "d23 06:00" or 2025-02-19.')
@click.option("--speed", type=click.FloatRange(0.25, 64), metavar="N", help="Times speed 1; 1/4 to 64.")
@click.option("--paused", is_flag=True, help="Do not begin to play.")
@click.option("--size", type=Size(), metavar="WxH", help="Of the window, in pixels.")
@click.option("--theme", type=click.Choice(["dark", "light"]), help="Dark or light.")
@click.option("--motion", type=click.Choice(["full", "reduced"]), help="Whether marks pulse and run.")
@click.option("--select", metavar="TOWN", help="A town to select.")
@click.pass_context
def play_command(context: click.Context, /, what: str, **options: Any) -> None:  # noqa: ANN401 - what click has read
    """Watch SCENARIO or RECORDING in a window; a scenario is simulated first, without one the baseline.

    The keys are in the window, on ?, and in frontsim keys. What you choose there is remembered.
    """
    terminal = context.ensure_object(Terminal)
    if terminal.wants_json:
        raise UsageError("A window prints no JSON. For a moment: frontsim show RECORDING --at d23 --json")
    if Path(what).is_dir():
        _refuse_for_recording(context, keeps=("replication",))
        _play_ensemble(terminal, what, options)
        return
    if is_recording(what):
        _refuse_for_recording(context)
        play_recording(terminal, Path(what), options)
        return
    request = _request(context, what)
    from sim.scenario_file.read import read_scenario
    from sim.view.background.replications import Opened

    # Mistakes are told here, where they can be read in full, and not in a message of the window.
    scenario = read_scenario(what, _changes(request)).scenario
    _watch(terminal, Opened(request, beside(scenario, options["ensemble"])), options)


def _play_ensemble(terminal: Terminal, folder: str, options: Mapping[str, Any]) -> None:
    """Open an ensemble with one of its replications: a recorded one, where none is named."""
    from sim.analysis.ensemble_at_time import EnsembleAtTime
    from sim.view.background.replications import Opened, open_replication, shared_replication
    from sim.view.background.worker import Request

    chances, wanted, other = EnsembleAtTime.open(folder), options["replication"], options["compare"]
    if wanted is not None and wanted not in chances.numbers:
        _watch(terminal, Opened(Request(folder, "", replication=wanted), chances), options)
        return
    if wanted is None and other is not None and other.is_dir():
        wanted = shared_replication(chances, EnsembleAtTime.open(other))
    _watch(terminal, Opened(open_replication(chances, "", wanted=wanted), chances), options)


def play_recording(terminal: Terminal, path: Path, options: Mapping[str, Any] = USUAL) -> None:
    """Open a recording in a window, and return once it is closed.

    Parameters
    ----------
    terminal
        Where to tell that settings could not be kept.
    options
        As `play_command` has them.
    """
    from sim.recording.reader import Recording
    from sim.view.background.replications import Opened

    recording = Recording.open(path)
    _watch(terminal, Opened(recording, beside(recording.scenario, options["ensemble"])), options)


def beside(scenario: Scenario, folder: Path | None) -> EnsembleAtTime | None:
    """Return the ensemble that was named beside a run; none where none was.

    Raises
    ------
    UsageError
        Where it is of another front.
    FileError
        Where there is no ensemble.
    """
    if folder is None:
        return None
    from sim.analysis.ensemble_at_time import EnsembleAtTime

    chances = EnsembleAtTime.open(folder)
    if not chances.fits(scenario):
        raise UsageError(
            f"{folder} is an ensemble of other towns or another first day than {scenario.name}.\n"
            "Name one of the same front, or leave --ensemble out."
        )
    return chances


def _watch(terminal: Terminal, found: Opened, options: Mapping[str, Any]) -> None:
    """Show a window with a recording, or with what is simulated first, until it is closed."""
    require_pygame()
    from sim.cli.look.background_run import simulate_for_window
    from sim.recording.reader import Recording
    from sim.view.session import LaunchOptions
    from sim.view.settings import load
    from sim.view.window import play

    path, prepare = settings_file(), _preparing(options)
    frame = _frame(load(path).settings, options)
    if isinstance(found.run, Recording):
        # A moment or a town that is not there is told here too.
        frame = prepare(found.run, frame)
    other, speed = _other(found, options["compare"]), options["speed"]
    launch = LaunchOptions(found.run, found.ensemble, other, frame, speed, prepare=prepare)
    problem = play(launch, simulate_for_window, path)
    if problem:
        terminal.hint(problem)


def _other(here: Opened, path: Path | None) -> Opened | None:
    """Return the run, or the ensemble, that is to be shown beside what is opened.

    Raises
    ------
    UsageError
        Where there is nothing to show it beside, or it is of another front.
    FileError
        Where there is no such recording or ensemble.
    """
    if path is None:
        return None
    if here.front is None:
        raise UsageError(
            "--compare shows two recordings or two ensembles. Name both: frontsim play A --compare B"
        )
    from sim.view.background.replications import open_path

    found = open_path(path, "", wanted=here.number)
    if found.front != here.front:
        raise UsageError(
            f"{path} has other towns or sides or another first day than what it is to stand beside.\n"
            "Name a run or an ensemble of the same front."
        )
    return found


def settings_file() -> Path:
    """Return where the window's settings are on this machine."""
    import os

    from sim.view.settings import settings_path

    return settings_path(os.environ, sys.platform, Path.home())


def require_pygame() -> None:
    """Make sure that pygame-ce is there, and not what it was made from.

    Raises
    ------
    MissingPartError
        Where it is not; the text says what to install.
    """
    import os

    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    try:
        import pygame
    except ImportError as missing:
        raise MissingPartError(INSTALL) from missing
    if not getattr(pygame, "IS_CE", False):
        raise MissingPartError(UPSTREAM)


def _refuse_for_recording(context: click.Context, keeps: tuple[str, ...] = ()) -> None:
    """Raise where an option makes sense for scenarios only."""
    names = ("sets", "scales", "set_files", "seed", "replication")
    if any(context.params[name] not in {None, ()} for name in names if name not in keeps):
        raise UsageError(
            "--set, --scale, --set-file, --seed and --replication are for scenarios; a recording is as "
            "it is.\nLeave them out, or name a scenario."
        )


def _frame(settings: Any, options: Mapping[str, Any]) -> Frame:  # noqa: ANN401 - Settings, not loaded here
    """Return what is shown first, by settings and options."""
    from sim.scene.view_model import Frame

    return Frame(
        size=options["size"] or settings.size,
        scale=settings.scale,
        theme=options["theme"] or settings.theme,
        layers=settings.layers,
        labels=settings.labels,
        panel=settings.panel,
        is_calm=settings.is_calm if options["motion"] is None else options["motion"] == "reduced",
    )


def _preparing(options: Mapping[str, Any]) -> Callable[[Recording, Frame], Frame]:
    """Return what makes of the first frame one with the time and the town that were asked for."""

    def prepare(recording: Recording, frame: Frame) -> Frame:
        from dataclasses import replace

        from sim.cli.moments import read_moment
        from sim.cli.towns import town_named
        from sim.scene.view_model import Selection

        scenario = recording.scenario
        t = read_moment(options["at"], scenario.start, recording.end) if options["at"] else 0
        name = options["select"]
        selection = Selection("town", town_named(scenario, name).id) if name else None
        return replace(frame, t=t, selection=selection, playing=not options["paused"])

    return prepare


def _request(context: click.Context, what: str) -> Request:
    """Return what is to be simulated first."""
    from sim.view.background.worker import Request

    kinds = ("sets", "scales", "set_files")
    changes = in_order(context, **{kind: lambda value, kind=kind: (kind, value) for kind in kinds})
    seed, replication = context.params["seed"], context.params["replication"]
    return Request(what, "", seed, replication, tuple(changes))


def _changes(request: Request) -> list[Any]:
    """Return changes as a reader of scenarios takes them."""
    from sim.cli.look.background_run import MAKERS

    return [MAKERS[kind](value) for kind, value in request.changes]
