"""How the reference is built: `make docs`."""

import sys
from pathlib import Path

from sphinx.application import Sphinx

from hubmodel import __version__

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

project = "hubmodel"
author = "The hubmodel authors"
version = release = __version__
extensions = ["myst_parser"]
myst_enable_extensions = ["attrs_block", "colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 3
exclude_patterns = ["_build", "derived"]
nitpicky = True
html_theme = "furo"
html_title = "hubmodel"
html_static_path = ["_static"]
html_css_files = ["hubmodel.css"]
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False


def write_derived_pages(app: Sphinx) -> None:
    """Write what is derived from the declarations before any page is read."""
    from derived import write

    write(Path(app.srcdir) / "reference", Path(app.srcdir) / "glossary.csv")


def setup(app: Sphinx) -> None:
    """Say when to do so."""
    app.connect("builder-inited", write_derived_pages)
