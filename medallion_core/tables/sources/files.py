"""Files in a volume or under a cloud URL: read by Auto Loader, or all of them each time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from medallion_core.model import FileFormat, FileRead, FilesLocation, Rule
from medallion_core.tables.calls import Call
from medallion_core.tables.sources.kind import RESCUED, AuditColumn, Need, SourceKind, usage
from medallion_core.text.identifiers import quote_identifier, quote_literal

_VOLUMES = "/Volumes/"

# What a reader of files may be told, from the documentation; without badRecordsPath and
# cloudFiles.cleanSource, which write and delete, without schema locations, queues, notifications
# and credentials, and without what reads another file or format than the location says.
# https://docs.databricks.com/aws/en/spark/api-options
_ANY_FORMAT = (
    *("ignoreCorruptFiles", "ignoreMissingFiles", "modifiedAfter", "modifiedBefore"),
    *("fileNamePattern", "pathGlobFilter", "recursiveFileLookup", "rescuedDataColumn"),
    *("readerCaseSensitive", "mergeSchema"),
)
_TYPED_TEXT = (
    *("columnNameOfCorruptRecord", "dateFormat", "enableDateTimeParsingFallback", "encoding"),
    *("charset", "lineSep", "locale", "mode", "multiLine", "samplingRatio", "singleVariantColumn"),
    *("timestampFormat", "timestampNTZFormat", "timeZone"),
)
_OF_FORMAT: dict[FileFormat, tuple[str, ...]] = {
    FileFormat.CSV: (
        *_TYPED_TEXT,
        *("header", "sep", "delimiter", "quote", "escape", "charToEscapeQuoteEscaping"),
        *("comment", "skipRows", "ignoreLeadingWhiteSpace", "ignoreTrailingWhiteSpace"),
        *("emptyValue", "nullValue", "nanValue", "negativeInf", "positiveInf"),
        *("enforceSchema", "inferSchema", "inferColumnTypes", "preferDate"),
        *("maxCharsPerColumn", "maxColumns", "parserCaseSensitive", "unescapedQuoteHandling"),
    ),
    FileFormat.JSON: (
        *_TYPED_TEXT,
        *("allowBackslashEscapingAnyCharacter", "allowComments", "allowNonNumericNumbers"),
        *("allowNumericLeadingZeros", "allowSingleQuotes", "allowUnquotedControlChars"),
        *("allowUnquotedFieldNames", "dropFieldIfAllNull", "inferTimestamp"),
        *("prefersDecimal", "primitivesAsString"),
    ),
    FileFormat.TEXT: ("encoding", "lineSep", "wholeText"),
    FileFormat.PARQUET: ("datetimeRebaseMode", "int96RebaseMode"),
    FileFormat.AVRO: (
        *("avroSchema", "datetimeRebaseMode", "mode", "positionalFieldMatching"),
        *("recursiveFieldMaxDepth", "enableStableIdentifiersForUnionType"),
    ),
}
# https://docs.databricks.com/aws/en/ingestion/cloud-object-storage/auto-loader/options
_AUTO_LOADER = (
    *("cloudFiles.inferColumnTypes", "cloudFiles.schemaHints", "cloudFiles.partitionColumns"),
    *("cloudFiles.schemaEvolutionMode", "cloudFiles.maxFilesPerTrigger"),
    *("cloudFiles.maxBytesPerTrigger", "cloudFiles.maxFileAge", "cloudFiles.allowOverwrites"),
    *("cloudFiles.includeExistingFiles", "cloudFiles.backfillInterval"),
    *("cloudFiles.useIncrementalListing", "cloudFiles.useStrictGlobber"),
    *("cloudFiles.useManagedFileEvents", "cloudFiles.listOnStart", "cloudFiles.validateOptions"),
)


@dataclass(frozen=True, slots=True)
class FilesKind(SourceKind):
    location: FilesLocation

    audit = (
        AuditColumn("_source_file", "string", "_metadata.file_path"),
        AuditColumn(
            "_source_file_modified_at", "timestamp", "_metadata.file_modification_time", orders=True
        ),
    )
    losing_options = MappingProxyType(
        {"ignorecorruptfiles": "true", "ignoremissingfiles": "true", "mode": "dropmalformed"}
    )

    @property
    def options(self) -> Mapping[str, str]:  # type: ignore[override]
        return self.location.options

    @property
    def known_options(self) -> tuple[str, ...]:  # type: ignore[override]
        loader = _AUTO_LOADER if self.is_streamed else ()
        return (*_OF_FORMAT[self.location.format], *_ANY_FORMAT, *loader)

    @property
    def location_name(self) -> str:
        return self.location.path

    @property
    def above(self) -> str:
        path = self.location.path
        return path.rstrip("/").split("/")[-2] if "/" in path.strip("/") else ""

    @property
    def identity(self) -> tuple[object, ...]:
        return ("files", self.location.path.rstrip("/"), self.location.format)

    @property
    def is_streamed(self) -> bool:
        return self.location.read is FileRead.INCREMENTAL

    @property
    def rescues(self) -> bool:  # type: ignore[override]
        """Auto Loader does; text has one column, in which everything has its place."""
        return self.is_streamed and self.location.format is not FileFormat.TEXT

    @property
    def rescue_rule(self) -> Rule | None:  # type: ignore[override]
        if not self.rescues:
            return None
        reason = "What fits no column of these files is kept in _rescued_data, nowhere else."
        return Rule("nothing_rescued", f"{RESCUED} IS NULL", reason=reason)

    @property
    def byte_encoding(self) -> str:  # type: ignore[override]
        return self.location.byte_encoding

    @property
    def has_mixed_encodings(self) -> bool:  # type: ignore[override]
        return self.location.mixed_encodings

    @property
    def relation(self) -> str:
        """``read_files(…)``, with the options that the pipeline will read with."""
        files = self.location
        options = {"format": files.format.value} | files.options
        if files.texts and files.format is FileFormat.CSV:
            options["inferColumnTypes"] = "false"
        if files.texts and files.format is FileFormat.JSON:
            options["primitivesAsString"] = "true"
        if files.schema_hints:
            options["schemaHints"] = files.schema_hints
        written = "".join(
            f", {quote_identifier(name)} => {quote_literal(value)}"
            for name, value in options.items()
        )
        return f"read_files({quote_literal(files.path)}{written})"

    @property
    def calls(self) -> tuple[Call, ...]:
        load = Call("load", (self.location.path,))
        return (*(self._auto_loader() if self.is_streamed else self._reader()), load)

    @property
    def needs(self) -> tuple[Need, ...]:
        if not self._in_volume:
            return ()
        catalog, schema, volume, *_ = [
            *self.location_name.removeprefix(_VOLUMES).split("/"),
            "",
            "",
        ]
        name = (catalog, schema, volume)
        return (*usage(name), Need("READ VOLUME", "VOLUME", name, "holds source files"))

    def granted_by_hand(self, principal: str) -> tuple[str, ...]:
        if self._in_volume:
            return ()
        on = "on the external location it lies in"
        return (f"{self.location_name} needs READ FILES for {principal} {on}.",)

    @property
    def _in_volume(self) -> bool:
        return self.location_name.startswith(_VOLUMES)

    def _auto_loader(self) -> tuple[Call, ...]:
        files = self.location
        options = {"cloudFiles.format": files.format.value}
        if files.format is not FileFormat.TEXT:
            options |= self._inferred() | {
                "cloudFiles.schemaEvolutionMode": "addNewColumns",
                "rescuedDataColumn": RESCUED,
            }
        if files.schema_hints:
            options["cloudFiles.schemaHints"] = files.schema_hints
        if files.partition_columns:
            options["cloudFiles.partitionColumns"] = ",".join(files.partition_columns)
        return (Call("format", ("cloudFiles",)), *options_of(options | files.options))

    def _inferred(self) -> dict[str, str]:
        """Types from the values, unless these are kept as texts; what is nested keeps its shape."""
        if self.location.texts and self.location.format is FileFormat.CSV:
            return {}
        texts = {"primitivesAsString": "true"} if self.location.texts else {}
        return {"cloudFiles.inferColumnTypes": "true"} | texts

    def _reader(self) -> tuple[Call, ...]:
        files = self.location
        options = {}
        if files.format is FileFormat.CSV and not files.texts:
            options["inferSchema"] = "true"
        if files.format is FileFormat.JSON and files.texts:
            options["primitivesAsString"] = "true"
        return (Call("format", (files.format.value,)), *options_of(options | files.options))


def options_of(options: dict[str, str]) -> tuple[Call, ...]:
    return tuple(Call("option", item) for item in options.items())
