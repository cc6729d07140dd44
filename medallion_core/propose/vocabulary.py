"""Words of databases at large: identifiers, ordinals, hierarchies, layers, roles."""

from __future__ import annotations


def vocabulary(text: str) -> frozenset[str]:
    return frozenset(text.split())


KEY_MARKERS = vocabulary(
    "id ids key code cd no num number nr nbr sk pk fk bk hk hkey uuid guid uid ref identifier"
)
"""Last words that say: this identifies something."""

STRONG_MARKERS = vocabulary("id ids key sk pk fk bk hk hkey uuid guid uid identifier")
"""Markers that rarely end the name of anything else."""

FIRST_MARKERS = vocabulary("id pk fk sk bk hk uuid")
"""Markers that may begin a name, too: ``id_customer``."""

ORDINALS = vocabulary(
    "line seq sequence sequential ordinal index idx position pos no num number nr nbr step stop "
    "lap version revision row"
)
"""Words of columns that number the rows within a parent."""

BEGINS = vocabulary(
    "valid effective from start since begin begins beginning validfrom startdate ab von seit "
    "beginn anfang gueltig gültig gueltigab begda datab debut début depuis desde inicio início dal "
    "inizio vigencia vanaf ingang"
)
"""Words of days from which on something holds; those it ends with have some of these, too."""

ENDS = vocabulary(
    "to end until till thru through expiry expired expires expiration ended validto enddate bis "
    "ende gueltigbis endda datbi fin jusqu jusque hasta fim até ate fine scadenza tot einde"
)
"""Words of days to which something holds."""

SELF_WORDS = vocabulary(
    "parent ancestor predecessor successor previous prior next original replaced replace reply "
    "root subsidiary superseded duplicate depends answer accepted related self"
)
"""Words of columns that refer to another row of the same table."""

SUPERIOR_WORDS = vocabulary("manager supervisor boss report superior mgr lead head")
"""The same, where the rows are people."""

STAFF_WORDS = vocabulary(
    "rep representative salesperson agent manager supervisor assistant clerk operator salesman "
    "approver reviewer instructor coach mgr employee staff worker assignee"
)
PERSON_WORDS = vocabulary(
    "owner author creator editor modifier contact seller poster sender receiver recipient buyer "
    "by leader head user customer client member person requester requestor submitter reporter "
    "uploader"
)
"""Words of columns that hold a person in some part."""

EMPTY_SUBJECTS = vocabulary("row record rec surrogate auto internal system unique db")
"""Words before a marker that name nothing: every table may have its ``row_id``."""

LAYER_WORDS = vocabulary(
    "raw stg stage staging src source tbl tb dim dimension fact fct dwh vw view table lkp lookup "
    "ref hist base bronze silver dbo master mst data dataset"
)
"""Words of table names that say how a table is kept, not what it holds."""

TAILS = vocabulary(
    "number price cost qty quantity amount total date time name code type flag count status "
    "address priority"
)
"""Words that are often written onto the word before: ``linenumber``, ``extendedprice``."""

LIKE_IDS = vocabulary(
    "grid hybrid prepaid postpaid humid rapid covid candid placid splendid morbid stupid "
    "vivid orchid pyramid horrid sordid torrid florid eyelid mermaid antacid lipid turbid pallid "
    "squalid overpaid underpaid repaid solid rigid frigid timid lucid plaid"
)
"""Words that end as identifiers do, and are none; so are all that end with ``oid`` and ``uid``."""

WHOLE = vocabulary(
    "surname forename discount candidate update mandate account lifetime overtime sometime "
    "prototype datetime timestamp sentiment consolidate validate percentage passport format "
    "season person operator percent transport postage mileage valid invalid paid unpaid identity "
    "ownership membership relationship leadership scholarship internship"
)
"""Words that only look like two."""

COMMON = vocabulary(
    "account active approval goods measure online only sub activity actual address agent amount "
    "area assigned audit author average balance bank base batch begin bill billing birth book "
    "branch brand budget business buyer calendar category catalog city class client close code "
    "color comment company contact contract cost count country created credit currency current "
    "customer date day debit delivery department description detail device discount district "
    "document due duration effective email employee end entry event expected expiry external file "
    "first fiscal flag from full gender gross group header home hour image index industry internal "
    "inventory invoice item job language last latitude length level line link list location long "
    "longitude manager market material max member message method min minute mode model modified "
    "month name net next note number office open order origin owner parent part partner party "
    "path payment percent period person phone place plan point position post postal posting "
    "previous price primary priority product profile profit project promotion province publisher "
    "purchase quantity quarter rate reason receipt record reference region report request result "
    "return revenue review role room route sale sales school score second section segment seller "
    "sequence serial service session ship shipment shipping shop short size sold sort source "
    "staff start state station status stock stop store street student subject supplier support "
    "table target tax team territory text ticket time title total transaction travel type unit "
    "update user valid value vendor version vehicle visit warehouse web week weight work year "
    "zone"
)
"""Words that names are put together of."""

PARTICLES = vocabulary("to by at on of")
"""Little words that stand within or after others: ``shiptoaddress``, ``createdby``."""

BEFORE_PARTICLES = vocabulary(
    "ship bill sold sent paid made built seen valid report reports deliver"
)
"""What they stand after, beside past participles."""

UNITS = {
    "milliseconds": "milliseconds", "millis": "milliseconds", "ms": "milliseconds",
    "seconds": "seconds", "secs": "seconds", "sec": "seconds",
    "minutes": "minutes", "mins": "minutes", "hours": "hours", "days": "days",
    "bytes": "bytes", "kg": "kilograms", "km": "kilometres", "miles": "miles",
    "lbs": "pounds", "meters": "metres", "metres": "metres", "pct": "percent",
    "percent": "percent", "percentage": "percent", "usd": "USD", "eur": "EUR", "gbp": "GBP",
    "sqft": "square feet", "celsius": "degrees Celsius", "fahrenheit": "degrees Fahrenheit",
}  # fmt: skip
"""Words that are units; milliseconds or USD need no guess."""
