"""Holds a running tactd against its own OpenAPI document, with schemathesis.

    run.py SOCKET EXAMPLES     examples: how many cases of each kind for each operation

Ends with schemathesis' exit status; what it finds is on standard output."""

import os
import subprocess
import sys
from pathlib import Path

here = Path(__file__).parent
socket, examples = sys.argv[1:]
bridge = subprocess.Popen(
    [sys.executable, here / "bridge.py", socket], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
)
port = int(bridge.stdout.readline())
try:
    ended = subprocess.run(
        [
            *(sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()"),
            *("--config-file", here / "schemathesis.toml", "run", f"http://127.0.0.1:{port}/v1/openapi.json"),
            *("--max-examples", examples),
        ],
        env={**os.environ, "PYTHONPATH": str(here), "PYTHONUTF8": "1", "NO_COLOR": "1"},
        cwd=os.path.dirname(os.path.abspath(socket)),
    )
finally:
    bridge.stdin.close()
    bridge.wait()
sys.exit(ended.returncode)
