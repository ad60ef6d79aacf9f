"""Renkei: the linked-open-data publisher for municipal partnerships.

Authors' files are packed into an immutable release; readers are answered from a
release, and from nothing else.
"""

from importlib.metadata import version

__version__ = version("renkei")
