"""Analysis: the store goes in; tables, files, search and reports for analysts come out.

Their views stand in the store. Never writes what others wrote, and tells no number unless asked.
"""

__all__ = ["explore", "export", "report", "schema", "search"]
