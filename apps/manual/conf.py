"""Sphinx: the manual, static pages that work without a network. Built by build.py, which makes reference/ first."""

import os

project = "Percuta"
author = "the Percuta authors"
extensions = ["myst_nb"]
myst_enable_extensions = ["dollarmath", "deflist", "colon_fence", "attrs_block"]
myst_heading_anchors = 3
nb_execution_mode = os.environ.get("PERCUTA_MANUAL_NOTEBOOKS", "cache")  # "off" for the text alone
nb_execution_timeout = 300
nb_execution_raise_on_error = True
nb_execution_show_tb = True
html_theme = "furo"
html_title = "Percuta"
html_static_path = ["_static"]
html_css_files = ["manual.css"]
html_copy_source = False
html_show_sourcelink = False
exclude_patterns = ["requirements.txt", "build.py", "README.md"]
suppress_warnings = ["myst-nb.lexer", "mystnb.unknown_mime_type"]  # of pages that are not executed
