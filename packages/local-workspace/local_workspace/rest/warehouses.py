"""SQL warehouses by REST: there is one, and it starts by itself when it is asked something."""

from __future__ import annotations

from typing import Any

from local_workspace.rest.api import ApiError, Call, Route
from local_workspace.state import State
from local_workspace.workspace import LocalWorkspace

WAREHOUSE_ID = "1a0c5ed0ca1b0001"
NAME = "Local Warehouse"


def is_running(state: State) -> bool:
    return bool((state.get("warehouse", WAREHOUSE_ID) or {}).get("running", True))


def set_running(state: State, running: bool) -> None:
    state.put("warehouse", WAREHOUSE_ID, {"running": running})


def check(warehouse_id: str) -> None:
    """Raises ApiError 404 for a warehouse that is not there."""
    if warehouse_id != WAREHOUSE_ID:
        raise ApiError(
            404, "RESOURCE_DOES_NOT_EXIST", f"The warehouse {warehouse_id} was not found."
        )


def list_warehouses(workspace: LocalWorkspace, _: Call) -> dict[str, Any]:
    return {"warehouses": [_warehouse(workspace)]}


def get(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    check(call.params["id"])
    return _warehouse(workspace)


def start(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    check(call.params["id"])
    set_running(workspace.state, True)
    return {}


def stop(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    check(call.params["id"])
    set_running(workspace.state, False)
    return {}


def _warehouse(workspace: LocalWorkspace) -> dict[str, Any]:
    host = workspace.host.removeprefix("http://")
    path = f"/sql/1.0/warehouses/{WAREHOUSE_ID}"
    address, _, port = host.partition(":")
    running = is_running(workspace.state)
    return {
        "id": WAREHOUSE_ID,
        "name": NAME,
        "state": "RUNNING" if running else "STOPPED",
        "size": "XXSMALL",
        "cluster_size": "2X-Small",
        "warehouse_type": "PRO",
        "enable_serverless_compute": True,
        "num_clusters": int(running),
        "jdbc_url": f"jdbc:spark://{host}/default;transportMode=http;httpPath={path}",
        "odbc_params": {"hostname": address, "path": path, "port": int(port), "protocol": "http"},
    }


ROUTES = (
    Route("GET", "/api/2.0/sql/warehouses", list_warehouses),
    Route("GET", "/api/2.0/sql/warehouses/{id}", get),
    Route("POST", "/api/2.0/sql/warehouses/{id}/start", start),
    Route("POST", "/api/2.0/sql/warehouses/{id}/stop", stop),
)
