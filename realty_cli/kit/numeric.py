"""numpy, told to stay on one thread: our matrices have some dozens of columns, and a pool of threads costs more than it
brings, a server's memory included. What needs numpy imports it from here."""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# It reads the environment when it is imported, hence below.
import numpy as np
import numpy.typing as npt
from numpy.typing import NDArray

__all__ = ["NDArray", "np", "npt"]
