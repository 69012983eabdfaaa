"""The window on a real X display, with keys and mouse of another program: nothing is posted to it."""

import os
import shutil
import subprocess
import sys

import pytest

TOOLS = ("xvfb-run", "Xvfb", "xdotool")


@pytest.mark.slow
@pytest.mark.skipif(not all(map(shutil.which, TOOLS)), reason=f"needs {', '.join(TOOLS)}")
def test_a_real_window_obeys_keys_and_mouse_and_rests_while_it_is_hidden(made):
    program = [sys.executable, "-m", "tests.support.real_window", str(made)]
    screen = ["xvfb-run", "-a", "-s", "-screen 0 1600x1000x24"]
    done = subprocess.run(
        [*screen, *program], capture_output=True, text=True, check=False, env=dict(os.environ)
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("ok") == ["keys ", "\nmouse ", "\nresizing ", "\nhiding ", "\n"]
