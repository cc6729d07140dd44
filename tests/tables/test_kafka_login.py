"""A login at Kafka: three options together, and nothing of it in the code."""

from __future__ import annotations

import pytest

from medallion_core.model import KafkaLocation, KafkaMechanism, KafkaProtocol
from medallion_core.tables.sources import kind_of

SHADED = "kafkashaded.org.apache.kafka.common.security"


class Secrets:
    def get(self, scope: str, key: str) -> str:
        return {("kafka", "u"): "ann", ("kafka", "p"): "x{}y"}[scope, key]


class Utilities:
    secrets = Secrets()


def options(location: KafkaLocation) -> dict[str, str]:
    """What the code of the source's options comes to."""
    calls = [call for call in kind_of(location).calls if call.method == "option"]
    return {
        eval(repr(name)): eval(repr(value), {"dbutils": Utilities()})
        for name, value in (call.arguments for call in calls)
    }


@pytest.mark.parametrize(
    ("mechanism", "module"),
    [
        (KafkaMechanism.PLAIN, "plain.PlainLoginModule"),
        (KafkaMechanism.SCRAM_256, "scram.ScramLoginModule"),
        (KafkaMechanism.SCRAM_512, "scram.ScramLoginModule"),
    ],
)
@pytest.mark.parametrize("protocol", KafkaProtocol)
def test_user_and_password_are_two_secrets(
    mechanism: KafkaMechanism, module: str, protocol: KafkaProtocol
) -> None:
    location = KafkaLocation(
        "broker:9092",
        ("orders",),
        value_schema="id INT",
        secret_scope="kafka",
        user_key="u",
        password_key="p",
        protocol=protocol,
        mechanism=mechanism,
    )
    found = options(location)
    assert found["kafka.security.protocol"] == protocol
    assert found["kafka.sasl.mechanism"] == mechanism
    login = f'{SHADED}.{module} required username="ann" password="x{{}}y";'
    assert found["kafka.sasl.jaas.config"] == login
    assert "ann" not in repr(kind_of(location).calls)


def test_without_a_login_nothing_is_said_of_one() -> None:
    location = KafkaLocation("broker:9092", ("orders",), value_schema="id INT")
    assert not [name for name in options(location) if "sasl" in name or "security" in name]
