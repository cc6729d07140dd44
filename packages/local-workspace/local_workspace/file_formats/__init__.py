"""Files to rows, as Auto Loader and ``read_files`` read them."""

from local_workspace.file_formats.options import FileOptions
from local_workspace.file_formats.reading import files_at, read
from local_workspace.file_formats.schema import find_schema, merge, parse

__all__ = ["FileOptions", "files_at", "find_schema", "merge", "parse", "read"]
