"""A shop with a header and its lines, a chain of lookups and a bridge."""

from __future__ import annotations

import pytest

from medallion_core.model import (
    Design,
    Settings,
)
from medallion_core.propose import propose_design
from tests.propose.memory import schema

RETAIL = """
D customers 300: customer_id pk | customer_name name | city_id fk cities | updated_at ts
D cities 40: city_id pk | city_name word 9000 | country_code fk countries
D countries 12: country_code code 2 | country_name word 9000
F orders 900: order_id pk | customer_id fk customers | order_date date | status word 4
    | channel word 3 | freight money
F order_lines 2500: *order_id fk orders | *line_no int 1 6 | product_id fk products
    | quantity int 1 9 | unit_price money | discount float 0 0.4 | ship_date date
    | receipt_date date | is_gift word 2
D products 200: product_id pk | product_name name | list_price money
B product_tags 500: *product_id fk products | *tag_id fk tags
D tags 30: tag_id pk | tag_name word 9000
"""


@pytest.fixture(scope="module")
def retail() -> Design:
    memory = schema(RETAIL)
    return propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
