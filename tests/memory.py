"""How much memory a process has held: what tests print in a child that they measure."""

import re
from pathlib import Path


def peak() -> float:
    """Return the most memory that this process has held since it was started, in MB.

    From Linux's own account (proc_pid_status(5), VmHWM): `ru_maxrss` begins with what the parent held when it forked.
    """
    held = re.search(r"^VmHWM:\s+(\d+) kB$", Path("/proc/self/status").read_text("ascii"), re.MULTILINE)
    assert held is not None
    return int(held[1]) / 1024
