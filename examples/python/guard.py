"""Asks CAVRA before a function runs: a decorator, from the proto alone.

    pip install grpcio grpcio-tools
    python -m grpc_tools.protoc -I ../../proto --python_out=. --grpc_python_out=. \\
        cavra/authority/v1/decision.proto
"""

import functools

import grpc

from cavra.authority.v1 import decision_pb2 as wire
from cavra.authority.v1 import decision_pb2_grpc as rpc

TIMEOUT_S = 5
# What is not listed here, an unspecified or a future verdict too, is no permission.
LETS_PASS = {wire.VERDICT_ALLOW, wire.VERDICT_AUDIT_ONLY, wire.VERDICT_WARN, wire.VERDICT_ALLOW_WITH_ATTESTATION}


def connect(target: str) -> rpc.DecisionServiceStub:
    """The service at `unix:/absolute/path` or `HOST:PORT`."""
    # Servers refuse the authority that gRPC makes of a socket's path.
    options = [("grpc.default_authority", "localhost")] if target.startswith("unix:") else []
    return rpc.DecisionServiceStub(grpc.insecure_channel(target, options))


def guarded(service, action_of):
    """Lets a function run only if CAVRA lets the action go ahead that `action_of` makes of its arguments."""

    def decorate(function):
        @functools.wraps(function)
        def asks_first(*args, **kwargs):
            request = wire.DecideRequest(action=action_of(*args, **kwargs))
            # No answer is no permission: an error of the call is raised, and the function doesn't run.
            decision = service.Decide(request, timeout=TIMEOUT_S).decision
            if decision.decision not in LETS_PASS:
                raise PermissionError(f"{decision.rule_id}: {decision.reason}")
            return function(*args, **kwargs)

        return asks_first

    return decorate
