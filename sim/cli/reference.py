"""``frontsim list``, ``schema``, ``find``, ``keys``, ``lesson`` and ``help``: what there is to look up."""

from __future__ import annotations

import dataclasses
import math
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import click

from sim.analysis.text import side_name
from sim.cli.command import argument, command, common_options
from sim.cli.completion import BASELINE
from sim.cli.terminal import Terminal
from sim.command_line import command_line
from sim.errors import ScenarioError, UsageError
from sim.scenario_file.bundled import bundled_scenarios, lesson_names, lesson_text
from sim.scenario_file.names import did_you_mean, escape_terminal, is_called
from sim.scenario_file.sources import number_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sim.model.scenario import Scenario
    from sim.scenario_file.schema.key_docs import KeyDoc

MAX_FOUND: Final = 12
"""Results of each kind that are printed without ``--verbose``."""
MAX_VALUES: Final = 8
"""Numbers of the scenario that are printed beside a key without ``--verbose``."""

HALVED: Final = re.compile(r"(?P<key>\S+) = (?P<number>[0-9.]+)(?P<unit>(?: [^,\s]+)?)(?:,|$)")
"""A number of the scenario, as it is printed beside a key."""
MAX_TRIED: Final = 3
"""Numbers of which a change is tried, to name one that the scenario allows."""


@command(
    "list",
    ("frontsim list", "List every bundled scenario, and the question it asks."),
    ("frontsim list --json", "Print the same as JSON, with the paths of the files."),
)
@click.pass_obj
def list_command(terminal: Terminal) -> None:
    """List the scenarios that come with frontsim."""
    found = sorted(bundled_scenarios(), key=lambda each: each.name)
    if terminal.wants_json:
        names = ("name", "title", "question")
        values = [{**{name: getattr(each, name) for name in names}, "path": str(each.path)} for each in found]
        terminal.print_json({"scenarios": values})
        return
    for each in found:
        terminal.say(f"{each.name}: {each.title}", bold=True)
        terminal.print_wrapped(f"    {each.question}")
    terminal.hint("next: frontsim run kupiansk")


@command(
    "schema",
    ("frontsim schema", "Describe every key, with its unit, default, range and meaning."),
    ("frontsim schema route", "Describe the keys of one section, and show its heading."),
    ("frontsim schema side.doctrine", "Describe a part of a section; a single key is named the same way."),
    ("frontsim schema --json-schema > scenario-1.schema.json", "Write a JSON Schema for editors."),
)
@argument(
    "what",
    "Only this section, subsection or key, such as route or side.doctrine.",
    metavar="[SECTION]",
    required=False,
)
@click.option("--json-schema", "wants_schema", is_flag=True, help="Print a JSON Schema for scenario files.")
@click.pass_obj
def schema_command(terminal: Terminal, what: str | None, wants_schema: bool) -> None:
    """Describe the keys of a scenario file, each under the heading of its table."""
    from sim.scenario_file.schema.key_docs import describe, header_of, json_schema

    docs = describe(what)
    if terminal.wants_json:
        keys = {"keys": [{**dataclasses.asdict(doc), "header": header_of(doc)} for doc in docs]}
        terminal.print_json({"json_schema": json_schema()} if wants_schema else keys)
        return
    if wants_schema:
        terminal.print_raw_json(json_schema(), is_indented=True)
        return
    header = ""
    for doc in docs:
        if header_of(doc) != header:
            if header:
                terminal.say()
            header = header_of(doc)
            terminal.say(header, bold=True)
        _print_key(terminal, doc)
    terminal.hint("next: frontsim find WORDS, or frontsim new my-front")


def _print_key(terminal: Terminal, doc: KeyDoc) -> None:
    """Print a key on a line that is never broken, and its meaning below it."""
    default = f"default {doc.default}" if doc.default else "required" * doc.is_required
    terminal.say("  ".join(part for part in (doc.key, doc.unit, default, doc.range) if part))
    terminal.print_wrapped(f"    {doc.meaning}")


@command(
    "find",
    ("frontsim find repair", "Find every key about repairs, with its numbers in the baseline."),
    ("frontsim find h-26", "Find the routes of a road, and their keys."),
    ("frontsim find how far drones reach", "Ask in words."),
    ("frontsim find lypa --in two-towns", "Search another scenario."),
)
@argument("words", "Words of a name, a key or a question.", nargs=-1, required=True)
@click.option(
    "--in", "within", default=BASELINE, metavar="SCENARIO", help="Scenario to search. Default: kupiansk."
)
@click.pass_obj
def find_command(terminal: Terminal, words: tuple[str, ...], within: str) -> None:
    """Search a scenario by words: keys and their numbers, towns, routes and doctrines."""
    from sim.scenario_file.read import read_scenario

    scenario = read_scenario(within).scenario
    found = Finder(scenario).find(" ".join(words))
    if terminal.wants_json:
        terminal.print_json({"words": " ".join(words), "scenario": within, **found})
        return
    if not any(found.values()):
        names = (town.name for town in scenario.towns)
        near = did_you_mean(" ".join(words), (*names, *(town.id for town in scenario.towns)))
        question = f" {near[:1].upper()}{near[1:]}" if near else ""
        terminal.say(f"Nothing in {within} is about {escape_terminal(' '.join(words))!r}.{question}")
        terminal.hint("next: frontsim schema lists every key")
        return
    for kind, entries in found.items():
        shown = entries if terminal.verbose else entries[:MAX_FOUND]
        if entries:
            terminal.say(kind.capitalize(), bold=True)
        for entry in shown:
            _print_found(terminal, entry)
        if len(shown) < len(entries):
            terminal.say(f"  and {len(entries) - len(shown)} more; -v lists them all")
    change = _change_to_try(within, scenario, found)
    if change:
        terminal.hint(f"next, with another value: {command_line('run', within, options=['--set', change])}")


def _change_to_try(name: str, scenario: Scenario, found: dict[str, list[dict[str, Any]]]) -> str:
    """Return a number that was found changed to half of it, or twice: best, of a road to the first focus."""
    from sim.scenario_file.overrides import SetNumber
    from sim.scenario_file.read import read_scenario

    ends = {f"route.{each.id}": {each.start, each.end} for each in scenario.routes}
    routes = sorted(found["routes"], key=lambda each: -len(ends[each["name"]] & set(scenario.focus[:1])))
    numbers = [HALVED.match(text) for entry in (*found["keys"], *routes) for text in entry["values"]]
    known = [each for each in numbers if each and float(each["number"])]
    for each in sorted(known, key=lambda each: not each["key"].endswith(".capacity"))[:MAX_TRIED]:
        half = float(each["number"]) / 2
        for value in (half, math.floor(half), 4 * half):
            change = f"{each['key']}={value:g}{each['unit']}"
            with suppress(ScenarioError):
                read_scenario(name, [SetNumber(change)])
                return change
    return ""


def _print_found(terminal: Terminal, entry: dict[str, Any]) -> None:
    terminal.say(f"  {entry['name']}" + (f"  {entry['note']}" if entry["note"] else ""))
    if entry["meaning"]:
        terminal.print_wrapped(f"      {entry['meaning']}")
    values = entry["values"] if terminal.verbose else entry["values"][:MAX_VALUES]
    for text in values:
        terminal.say(f"      {text}")
    if len(values) < len(entry["values"]):
        terminal.say(f"      and {len(entry['values']) - len(values)} more; -v lists them all")


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold().replace("-", " ").replace("_", " "))


COMMON_WORDS: Final = frozenset(
    _words(
        "a an and are at by can does do far for from how in is it many much of on or the to what when where "
        "which who with"
    )
)
"""Words of a question that say nothing about what is looked for."""
MEANT: Final = {
    "ambush": "interdiction convoy",
    "ammunition": "consumption supply",
    "artillery": "fires artillery",
    "bridge": "crossing",
    "drone": "interdiction reach",
    "engineer": "repair crew",
    "fuel": "consumption supply",
    "logistics": "supply convoy",
    "rail": "railway",
    "reinforcement": "replacement reserve",
    "speed": "fast",
    "train": "rail",
    "truck": "convoy vehicle load",
    "uav": "interdiction reach",
}
"""Words that people look for, and those that keys and their meanings use."""
STEM: Final = 4
"""Letters that make two words the same, where one begins like the other."""


class Finder:
    """Finds what a scenario has by words: the more of them fit, and the rarer they are, the earlier."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario

    def find(self, text: str) -> dict[str, list[dict[str, Any]]]:
        """Return keys, routes, towns and doctrines that fit, the best first."""
        asked = [word for word in _words(text) if word not in COMMON_WORDS] or _words(text)
        kinds = {
            "routes": list(self._routes()),
            "towns": list(self._towns()),
            "keys": list(self._keys()),
            "doctrines": list(_doctrines()),
        }
        found = {
            kind: [entry for entry in entries if any(is_called(text, name) for name in entry["called"])]
            for kind, entries in kinds.items()
        }
        if not any(found.values()):
            found = {kind: _ranked(entries, asked) for kind, entries in kinds.items()}
        for entries in found.values():
            for entry in entries:
                del entry["called"]
        return found

    def _keys(self) -> Iterator[dict[str, Any]]:
        from sim.scenario_file.schema.key_docs import describe, is_key_of

        parameters = [(each.key.split("."), each) for each in self._scenario.parameters]
        for doc in describe():
            own = [
                number_text(each)
                for parts, each in parameters
                if len(parts) == doc.key.count(".") + 1 and is_key_of(doc, parts)
            ]
            note = ", ".join(part for part in (doc.unit, doc.default and f"default {doc.default}") if part)
            yield _entry(doc.key, note, doc.meaning, own, (doc.key, doc.key.rpartition(".")[2]))

    def _routes(self) -> Iterator[dict[str, Any]]:
        from sim.model.scenario import route_capacity

        names = {town.id: town.name for town in self._scenario.towns}
        for route in self._scenario.routes:
            prefix = f"route.{route.id}."
            own = [number_text(each) for each in self._scenario.parameters if each.key.startswith(prefix)]
            if route.capacity is None:
                capacity = route_capacity(route, self._scenario.transport)
                own.append(f"{prefix}capacity = {capacity:g} t/d, as any {route.kind}")
            ends = f"{names[route.start]} – {names[route.end]}"
            called = (route.id, route.name or ends, ends, names[route.start], names[route.end])
            yield _entry(f"route.{route.id}", f"{route.name or route.kind}, {ends}", "", own, called)

    def _towns(self) -> Iterator[dict[str, Any]]:
        for town in self._scenario.towns:
            prefix = f"town.{town.id}."
            own = [number_text(each) for each in self._scenario.parameters if each.key.startswith(prefix)]
            called = (town.id, town.name, town.name_uk or town.id)
            yield _entry(
                f"town.{town.id}",
                f"{town.name}, held by {side_name(self._scenario, town.held_by)}",
                "",
                own,
                called,
            )


def _doctrines() -> Iterator[dict[str, Any]]:
    from sim.model.doctrine import DOCTRINES

    for name, doctrine in DOCTRINES.items():
        meaning = " ".join((doctrine.__doc__ or "").split()).replace("``", "")
        yield _entry(f'side.ID.doctrine = "{name}"', "", meaning, [], (name, "doctrine"))


def _entry(name: str, note: str, meaning: str, values: list[str], called: tuple[str, ...]) -> dict[str, Any]:
    return {"name": name, "note": note, "meaning": meaning, "values": values, "called": called}


def _is_alike(asked: str, word: str) -> bool:
    """Return whether two words are the same but for their endings."""
    if asked == word:
        return True
    short, long = sorted((asked.rstrip("s"), word.rstrip("s")), key=len)
    return len(short) >= STEM and long.startswith(short[: max(STEM, len(short) - 2)])


def _ranked(entries: list[dict[str, Any]], asked: Iterable[str]) -> list[dict[str, Any]]:
    """Return the entries that hold the words, each weighed by how few entries hold it."""
    texts = [set(_words(f"{e['name']} {e['note']} {e['meaning']} {' '.join(e['called'])}")) for e in entries]
    names = [set(_words(f"{e['name']} {' '.join(e['called'])}")) for e in entries]
    points = [0.0] * len(entries)
    for word in asked:
        stem = next((each for each in MEANT if _is_alike(word, each)), "")
        wanted = [word, *MEANT.get(stem, "").split()]
        fits = [any(_is_alike(each, known) for each in wanted for known in text) for text in texts]
        rarity = math.log((1 + len(entries)) / (1 + sum(fits)))
        for number, is_fit in enumerate(fits):
            in_name = any(_is_alike(each, known) for each in wanted for known in names[number])
            points[number] += is_fit * rarity * (1 + in_name)
    best = max(points, default=0.0)
    chosen = [number for number, each in enumerate(points) if each > best / 2]
    return [entries[number] for number in sorted(chosen, key=lambda each: -points[each])]


@command(
    "keys",
    ("frontsim keys", "List every key, what it does, and its command in the settings."),
    ("frontsim keys --json", "Print the same as JSON."),
)
@click.pass_obj
def keys_command(terminal: Terminal) -> None:
    """List the keys of the window that frontsim play opens, as set in your settings.

    To change one, name its command under [keys] in the settings file: play = ["Space", "X"].
    """
    from sim.cli.look.play import settings_file
    from sim.view.keyboard import Keyboard, key_label
    from sim.view.settings import load

    path = settings_file()
    remembered = load(path)
    keyboard = Keyboard(remembered.settings.keys)
    for note in (*remembered.notes, *keyboard.notes):
        terminal.hint(note)
    if terminal.wants_json:
        rows = [
            {"command": each.command, "keys": list(each.keys), "does": each.words, "group": each.group}
            for each in keyboard.bindings
        ]
        terminal.print_json({"settings": str(path), "keys": rows})
        return
    shown = [
        (", ".join(map(key_label, each.keys)) or "none", each.words, each.command)
        for each in keyboard.bindings
    ]
    terminal.table(("Keys", "Action", "Command"), shown)
    terminal.hint(f"settings: {path}")


@command(
    "lesson",
    ("frontsim lesson", "List the lessons, and what each asks."),
    ("frontsim lesson cut-a-road", "Print the handout."),
    ("frontsim lesson cut-a-road --solution", "Print the findings, for the teacher."),
)
@argument("name", "Name of a lesson. Default: list all.", metavar="[LESSON]", required=False)
@click.option("--solution", "is_solution", is_flag=True, help="Print the findings instead, for the teacher.")
@click.pass_obj
def lesson_command(terminal: Terminal, name: str | None, is_solution: bool) -> None:
    """Print the handout of a lesson of 45 minutes: the question, the steps, and what to observe."""
    known = lesson_names()
    if name is None:
        if is_solution:
            raise UsageError("--solution needs the name of a lesson. See frontsim lesson.")
        titles = {each: lesson_text(each).partition("\n")[0].lstrip("# ") for each in known}
        if terminal.wants_json:
            terminal.print_json({"lessons": [{"name": each, "title": titles[each]} for each in known]})
            return
        terminal.table(("Lesson", "Question"), list(titles.items()))
        terminal.hint("next: frontsim lesson NAME")
        return
    chosen = name.removeprefix("lesson-")
    if chosen not in known:
        advice = did_you_mean(chosen, known) or f"There are {', '.join(known)}."
        raise UsageError(f"There is no lesson {escape_terminal(name)!r}. {advice[0].upper()}{advice[1:]}")
    text = lesson_text(chosen, is_solution=is_solution)
    if terminal.wants_json:
        terminal.print_json({"lesson": chosen, "is_solution": is_solution, "text": text})
        return
    for line in text.rstrip("\n").split("\n"):
        terminal.print_wrapped(line)
    if not is_solution:
        terminal.hint(
            f"next: {command_line('lesson', chosen, options=['--solution'])}, once you have your own answers"
        )


@command(
    "help",
    ("frontsim help run", "Show the help of frontsim run."),
    ("frontsim help options", "Explain the options that every command takes, in any position."),
)
@argument("topic", "A command, or the word options. Default: all.", metavar="[COMMAND]", required=False)
@click.pass_context
def help_command(context: click.Context, topic: str | None) -> None:
    """Show the help of a command, or the options that all commands take."""
    terminal, root = context.ensure_object(Terminal), context.find_root()
    if topic == "options":
        records = [each.get_help_record(context) for each in common_options()]
        text = "\n".join(f"{name:<20}  {meaning}" for name, meaning in filter(None, records))
    elif topic is None:
        text = root.get_help()
    else:
        group = root.command
        assert isinstance(group, click.Group)
        found = group.resolve_command(root, [topic])[1]
        assert found is not None
        text = found.get_help(click.Context(found, info_name=topic, parent=root))
    if terminal.wants_json:
        terminal.print_json({"topic": topic, "text": text})
    else:
        terminal.say(text)
