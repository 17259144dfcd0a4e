"""Configuration of the site; `tools/make_site.py` builds it from the pages of `docs` and what it writes from the code."""

from harness import __version__

project = "vision-dynamics-harness"
author = "the maintainers"
copyright = "2026, the vision-dynamics-harness authors"
release = version = __version__
extensions = ["myst_parser", "sphinx_copybutton"]
html_theme = "furo"
html_title = f"{project} {version}"
html_static_path = ["static"]
html_css_files = ["tables.css"]
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence", "deflist"]
suppress_warnings = ["misc.highlighting_failure", "myst.header"]  # pages may begin a part with a heading of lower rank
exclude_patterns: list[str] = []
