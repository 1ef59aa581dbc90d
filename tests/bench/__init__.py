"""How fast it is: ``make bench``. Only ``bench.json`` is written, which git leaves out."""

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")  # before NumPy: times then do not depend on the number of cores
