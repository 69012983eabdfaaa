"""Files made to harm, given to commands as a user would: each refused or harmless, soon, in little memory.

    python -m tests.fuzz.hostile

Run from the folder of the repository, on Linux. Prints a table; the exit code is 1 where one did harm.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.scenario_file.bundled import scenario_folder

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
LONGEST = 3.0
"""Seconds of processor time that a call may take; starting takes about half a second of it."""
MOST = 500.0
"""Megabytes of memory."""
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What a terminal would obey, or what turns the direction of writing."""
TWO_TOWNS = (scenario_folder() / "two-towns.toml").read_text(encoding="utf-8")
HOSTILE_NAMES = {
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "escape-code": "\\u001b[2J\\u001b]0;owned\\u0007",
    "c1-code": "\\u009b31mred",
    "right-to-left": "\\u202etxt.exe",
    "long": "x" * 100_000,
    "path": "../../../../etc/passwd",
    "format": "%s%s%n{0.__class__}",
    "zero-width": "\\u200b\\u2060\\ufeff",
}


@dataclass(frozen=True)
class Call:
    """What a call did."""

    code: int
    text: str
    seconds: float
    megabytes: float

    @property
    def harm(self) -> str:
        """What it did wrong; nothing where all was well."""
        found = []
        if self.code < 0 or self.code == 1 or "Traceback" in self.text or "panicked" in self.text:
            found.append(f"exit code {self.code}: {self.text.strip()[-160:]}")
        if self.seconds > LONGEST:
            found.append(f"{self.seconds:.1f} s")
        if self.megabytes > MOST:
            found.append(f"{self.megabytes:.0f} MB")
        if OBEYED.search(self.text):
            found.append("printed what a terminal obeys")
        return ", ".join(found)


def call(folder: Path, *arguments: object) -> Call:
    """Call frontsim, and measure it."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "SDL_VIDEODRIVER": "dummy"}
    with (folder / "said").open("w+b") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "sim", *map(str, arguments)],
            cwd=folder, env=environment, stdout=said, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read().decode("utf-8", "replace")
    (folder / "said").unlink()
    return Call(process.returncode, text, used.ru_utime + used.ru_stime, used.ru_maxrss / 1e3)


def checked(folder: Path, text: str | bytes) -> list[Call]:
    """Check and run a scenario of this text."""
    path = folder / "hostile.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return [call(folder, "check", path), call(folder, "run", path, "-d", "1", "--seed", "1")]


def bombs(folder: Path) -> list[Call]:
    """Let a recording unpack to gigabytes: its header, and a member behind a true header."""
    whole = folder / "whole.jsonl.gz"
    made = call(folder, "run", "two-towns", "-d", "2", "--seed", "1", "-o", whole)
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(b"\0" * 2**24) for _ in range(128)) + packer.flush()
    found = [made]
    for number, content in enumerate((bomb, bomb + whole.read_bytes(), whole.read_bytes()[:-34] + bomb)):
        path = folder / f"bomb{number}.jsonl.gz"
        path.write_bytes(content)
        found += [call(folder, command, path) for command in ("show", "verify")]
        found.append(call(folder, "render", path, "-o", "x.png"))
    return found


def many_keys(folder: Path) -> list[Call]:
    """Give ten million keys, and as many as are let in."""
    keys = "".join(f"k{number} = 1\n" for number in range(1_000_000))
    found = checked(folder, "schema = 1\n" + "".join(f"[t{n}]\n{keys}" for n in range(10)))
    return [*found, *checked(folder, "schema = 1\n" + keys[:1_900_000].rpartition("\n")[0])]


def deep_nesting(folder: Path) -> list[Call]:
    """Nest lists, tables and dotted keys deeply."""
    texts = [
        "a = " + "[" * 100_000,
        "a = " + "[" * 100_000 + "]" * 100_000,
        "a = " + "{ a = " * 20_000 + "1" + " }" * 20_000,
        ".".join(["a"] * 50_000) + " = 1",
        "[" + ".".join(["a"] * 50_000) + "]",
        "[[" + "]]\n[[".join(f"a{n}" for n in range(50_000)) + "]]",
        "a = " + '"' * 1_000_000,
        "a = " + "9" * 1_000_000,
        "horizon = '" + "9" * 1_000_000 + " d'",
    ]
    found = []
    for text in texts:
        found += checked(folder, f"{TWO_TOWNS}\n{text}")
        found.append(call(folder, "run", "two-towns", "-d", "1", "-s", text[:120_000]))
    return found


def names(folder: Path) -> list[Call]:
    """Call towns, sides and scenarios by names that somebody would obey."""
    found = []
    for name in HOSTILE_NAMES.values():
        for was in ('"Lypa"', '"West"', '"Two towns"'):
            found += checked(folder, TWO_TOWNS.replace(was, f'"{name}"', 1))
            for path in sorted((folder / "runs").glob("hostile*")):
                found += [
                    call(folder, "show", path),
                    call(folder, "why", "lypa", path),
                    call(folder, "render", path, "-o", folder / "picture.png"),
                    call(folder, "report", path, "-o", folder / "page.html"),
                    call(folder, "export", path, "-o", folder / "map.geojson"),
                    call(folder, "import", folder / "map.geojson", "-o", folder / "again.toml"),
                ]
                found += [page_of(folder / "page.html")]
                path.unlink()
                for made in ("picture.png", "page.html", "map.geojson", "again.toml"):
                    (folder / made).unlink(missing_ok=True)
    return found


def page_of(path: Path) -> Call:
    """Return as a call whether a browser would do on a report's page what a name says."""
    page = path.read_text(encoding="utf-8") if path.exists() else ""
    does = re.search(r"<(script|img|iframe|link|object)\b|\son\w+=[^<]*>|javascript:", page, re.IGNORECASE)
    if not page or does or OBEYED.search(page):
        return Call(1, f"page: {does[0] if does else 'none, or with what is obeyed'}", 0, 0)
    return Call(0, "", 0, 0)


def odd_files(folder: Path) -> list[Call]:
    """Name devices, folders and files that are none as scenarios and recordings."""
    (folder / "folder.toml").mkdir()
    (folder / "latin.toml").write_bytes(TWO_TOWNS.replace("Lypa", "Lypé").encode("latin-1"))
    (folder / "nul.toml").write_bytes(TWO_TOWNS.encode().replace(b"Lypa", b"Ly\0pa"))
    (folder / "wide.toml").write_bytes(TWO_TOWNS.encode("utf-16"))
    (folder / "up.toml").write_text('extends = "../../../../etc/passwd"\n')
    (folder / "self.toml").write_text('extends = "self"\n')
    odd = (
        *("/dev/zero", "/dev/null", "/etc/passwd", "folder.toml", "latin.toml", "nul.toml", "wide.toml"),
        *("up.toml", "self.toml", "x" * 5000, "a\nb", "../../..", "-"),
    )
    return [call(folder, command, name) for name in odd for command in ("check", "show", "verify")]


def outputs(folder: Path) -> list[Call]:
    """Write to links and to what is no file: what they lead to must stay as it was."""
    precious = folder / "precious"
    found = []
    run = ("run", "two-towns", "-d", "1", "--seed", "1", "-o")
    for force in ((), ("--force",)):
        for name in ("link.jsonl.gz", "runs/two-towns-seed1.jsonl.gz"):
            precious.write_text("precious")
            link = folder / name
            link.parent.mkdir(exist_ok=True)
            link.unlink(missing_ok=True)
            link.symlink_to(precious)
            found.append(call(folder, *run, link, *force))
            found.append(kept(precious, name))
    found += other_outputs(folder, precious)
    places = ("/dev/null", "/dev/full", ".", "..", "", "a/b/c.jsonl.gz", "x" * 300, "nul\\0")
    found += [call(folder, *run, name, "--force") for name in places]
    return found


def kept(precious: Path, name: str) -> Call:
    """Return as a call whether a file that a link leads to is as it was."""
    is_kept = precious.read_text() == "precious"
    return Call(0 if is_kept else 1, "" if is_kept else f"wrote through the link {name}", 0, 0)


def other_outputs(folder: Path, precious: Path) -> list[Call]:
    """Let every other command that writes a file write to a link, without and with --force."""
    run, places = folder / "short.jsonl.gz", folder / "places.geojson"
    found = [
        call(folder, "run", "two-towns", "-d", "1", "--seed", "2", "-o", run),
        call(folder, "export", "two-towns", "-o", places),
    ]
    for arguments, ending in (
        (("render", run, "-o"), "png"),
        (("report", run, "-o"), "html"),
        (("export", run, "-o"), "csv"),
        (("export", run, "-o"), "graphml"),
        (("import", places, "-o"), "toml"),
        (("new",), "toml"),
    ):
        for force in ((), ("--force",)):
            link = folder / f"link.{ending}"
            link.unlink(missing_ok=True)
            link.symlink_to(precious)
            name = "link" if arguments[0] == "new" else link
            found += [call(folder, *arguments, name, *force), kept(precious, link.name)]
            precious.write_text("precious")
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").write_text("precious")
    (folder / "ensemble").symlink_to(elsewhere)
    for force in ((), ("--force",)):
        ensemble = ("ensemble", "two-towns", "-n", "2", "-d", "1", "-j", "1", "-o", folder / "ensemble")
        found += [call(folder, *ensemble, *force), kept(elsewhere / "precious", "ensemble")]
    return found


def maps(folder: Path) -> list[Call]:
    """Import maps that are too large, too deep, or that no globe has."""
    shape = '{"type": "Point", "coordinates": [%s]}'
    point = '{"type": "Feature", "geometry": ' + shape + ', "properties": {"name": "%s"}}'
    head = '{"type": "FeatureCollection", "features": ['
    texts = [
        "[" * 100_000,
        '{"type": "FeatureCollection", "features": ' + "[" * 100_000,
        '{"type": "MultiPoint", "coordinates": [' + "[37, 49]," * 1_000_000 + "[37, 49]]}",
        head + ",".join(point % (f"{n % 360 - 180}, {n % 89}", n) for n in range(3_000)) + "]}",
        head + ",".join(point % ("37, 49", "same") for n in range(5_000)) + "]}",
        head + ",".join(point % ("9" * 1_000_000 + ", 1", n) for n in range(3)) + "]}",
        head + ",".join(point % (f"37.{n}, 49", "x" * 1_000_000) for n in range(9)) + "]}",
        head + ",".join(point % (f"37.{n}, 49", "../../../etc/passwd\\u001b[2J") for n in range(9)) + "]}",
        '{"type": "Feature", "frontsim": {"sides": null, "name": {}}}',
        " " * (65 << 20),
    ]
    found = []
    for number, text in enumerate(texts):
        path = folder / f"map{number}.geojson"
        path.write_text(text)
        found.append(call(folder, "import", path))
        path.unlink()
    return found


KINDS: dict[str, Callable[[Path], list[Call]]] = {
    "gzip bombs": bombs,
    "millions of keys": many_keys,
    "deep nesting": deep_nesting,
    "hostile names": names,
    "odd files": odd_files,
    "links as output": outputs,
    "hostile maps": maps,
}


def main() -> int:
    """Try all kinds and print the table."""
    harmed = 0
    print(f"{'kind':<20}{'calls':>6}{'harmless':>10}{'longest':>10}{'most':>9}")
    for name in sys.argv[1:] or KINDS:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "deep" / "er"
            folder.mkdir(parents=True)
            calls = KINDS[name](folder)
        bad = [each.harm for each in calls if each.harm]
        longest, most = max(each.seconds for each in calls), max(each.megabytes for each in calls)
        print(
            f"{name:<20}{len(calls):>6}{len(calls) - len(bad):>10}{longest:>8.1f} s{most:>6.0f} MB",
            flush=True,
        )
        for harm in sorted(set(bad)):
            print(f"  {harm}")
        harmed += len(bad)
    return int(harmed > 0)


if __name__ == "__main__":
    sys.exit(main())
