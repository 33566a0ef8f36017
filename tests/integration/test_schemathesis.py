"""Schemathesis asks our own OpenAPI description everything it can think of."""

from __future__ import annotations

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.applications import Starlette

from geo.web.ogc import ogc_routes

app = Starlette(routes=ogc_routes())
schema = schemathesis.openapi.from_asgi("/ogc/api", app)


@schema.parametrize()
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
def test_every_operation_answers_as_described(case: schemathesis.Case) -> None:
    """Whatever is asked: no crash, a listed status, and a body of the schema told."""
    case.call_and_validate(
        checks=[
            not_a_server_error,
            status_code_conformance,
            content_type_conformance,
            response_headers_conformance,
            response_schema_conformance,
        ]
    )
