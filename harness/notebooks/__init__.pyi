from .html import Drawing as Drawing
from .html import data_uri as data_uri
from .html import facts_table as facts_table
from .kernel import in_notebook as in_notebook
from .kernel import notebook_bars as notebook_bars
from .kernel import shown_by as shown_by
