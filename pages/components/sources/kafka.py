"""A Kafka topic as a source: where it is, how it is read, and the schema of its messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import streamlit as st

from medallion_core.browse.kafka import infer_value_schema, kafka_source, sample_messages
from medallion_core.model import KafkaLocation, KafkaMechanism, KafkaProtocol, MessageFormat
from pages.components.frame.connection import as_person
from pages.components.frame.session import session
from pages.components.frame.text import errors_shown
from pages.components.sources.details import column_rows

_SECRET_HELP = "User and password are read from two secrets; they are never part of the code."  # noqa: S105
_OFFSETS_HELP = (
    "The first run only; later ones go on where the last ended. earliest: all that the topic still "
    "holds · latest: what comes from now on"
)
_MESSAGES_HELP = "How the bytes of a message are read."
_PROTOCOL_HELP = "SSL encrypts the way to the servers; SASL signs in with user and password."
_MECHANISM_HELP = "How user and password are sent, where the protocol begins with SASL."
_SCHEMA = "kafka_schema"

Option = TypeVar("Option")


def show_kafka() -> None:
    location = kafka_fields()
    if not location.value_schema:
        st.caption("Give the schema of the messages, or derive it from some of them.")
        return
    with errors_shown():
        source = kafka_source(location)
        st.dataframe(column_rows(source), hide_index=True, placeholder="")
        if not location.servers or not (location.topics or location.pattern):
            st.warning("Give the servers, and a topic or a pattern.")
        elif location.secret_scope and not (location.user_key and location.password_key):
            st.warning("Give the keys of the user and of the password.")
        elif st.button("Add to the basket", type="primary", icon=":material/add_shopping_cart:"):
            session().others[f"kafka:{source.name}"] = source
            st.rerun()


def kafka_fields() -> KafkaLocation:
    servers = _text("Servers", placeholder="broker-1:9092, broker-2:9092")
    with st.grid(2, min_column_width=220):
        topics = _text("Topics", "Separated by commas", placeholder="orders")
        pattern = _text("Or a pattern", placeholder="orders-.*")
        offsets = _choice("Start at", ["earliest", "latest"], _OFFSETS_HELP)
        value_format = _choice("Messages", list(MessageFormat), _MESSAGES_HELP)
        scope = _text("Secret scope", _SECRET_HELP)
        user = _text("Key of the user", _SECRET_HELP)
        password = _text("Key of the password", _SECRET_HELP)
        protocol = _choice("Security protocol", list(KafkaProtocol), _PROTOCOL_HELP)
        mechanism = _choice("Login mechanism", list(KafkaMechanism), _MECHANISM_HELP)
    if value_format is MessageFormat.JSON:
        show_sample_messages()
    schema = st.text_area(
        "Schema of the messages",
        key=_SCHEMA,
        persist_state="session",
        placeholder="order_id BIGINT, amount DECIMAL(12,2), ordered_at TIMESTAMP",
        help="Columns in SQL for JSON; the schema document for Avro.",
    )
    return KafkaLocation(
        servers=servers.strip(),
        topics=tuple(part for name in topics.split(",") if (part := name.strip())),
        pattern=pattern.strip(),
        starting_offsets=offsets,
        value_format=value_format,
        value_schema=schema.strip(),
        secret_scope=scope.strip(),
        user_key=user.strip(),
        password_key=password.strip(),
        protocol=protocol,
        mechanism=mechanism,
    )


def _text(label: str, explained: str | None = None, *, placeholder: str | None = None) -> str:
    return st.text_input(
        label,
        key=f"kafka {label}",
        help=explained,
        placeholder=placeholder,
        persist_state="session",
    )


def _choice(label: str, options: Sequence[Option], explained: str) -> Option:
    return st.selectbox(
        label, options, key=f"kafka {label}", help=explained, persist_state="session"
    )


def show_sample_messages() -> None:
    """Messages to derive the schema from, which is then there to be corrected."""
    with st.expander("Derive the schema from sample messages", icon=":material/auto_fix_high:"):
        text = st.text_area(
            "Sample messages",
            placeholder='{"order_id": 1, "amount": 12.5}',
            key="kafka_messages",
            persist_state="session",
        )
        derive = st.button("Derive the schema", disabled=not text.strip())
        if derive:
            with errors_shown():
                st.session_state[_SCHEMA] = infer_value_schema(as_person(), sample_messages(text))
