"""Asks a running `cavra serve` for one decision, knowing nothing but server reflection.

    pip install grpcio grpcio-reflection
    python decide.py 'terraform apply -auto-approve' [HOST:PORT | unix:PATH]

Exit codes are those of `cavra decide`: 0 go ahead, 3 approval required, 4 blocked,
1 no decision, which a caller must treat like a block.
"""

import os
import sys

import grpc
from google.protobuf import json_format, message_factory
from google.protobuf.descriptor_pool import DescriptorPool
from grpc_reflection.v1alpha import proto_reflection_descriptor_database as reflection

SERVICE = "cavra.authority.v1.DecisionService"
TIMEOUT_S = 5
# What is not listed here, an unspecified or a future verdict too, is no permission.
EXIT_CODES = {
    "VERDICT_ALLOW": 0,
    "VERDICT_AUDIT_ONLY": 0,
    "VERDICT_WARN": 0,
    "VERDICT_ALLOW_WITH_ATTESTATION": 0,
    "VERDICT_REQUIRE_APPROVAL": 3,
    "VERDICT_BLOCK": 4,
}


def decide(channel: grpc.Channel, action: dict) -> dict:
    """The decision on an action, both in the JSON form of their messages."""
    pool = DescriptorPool(reflection.ProtoReflectionDescriptorDatabase(channel))
    method = pool.FindServiceByName(SERVICE).FindMethodByName("Decide")
    request_type = message_factory.GetMessageClass(method.input_type)
    response_type = message_factory.GetMessageClass(method.output_type)
    call = channel.unary_unary(
        f"/{SERVICE}/Decide",
        request_serializer=request_type.SerializeToString,
        response_deserializer=response_type.FromString,
    )
    request = json_format.ParseDict({"action": action}, request_type())
    return json_format.MessageToDict(call(request, timeout=TIMEOUT_S))["decision"]


def main() -> int:
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    action = {
        "executeCommand": {"commandLine": sys.argv[1]},
        # Without the directory, no command is allowed by what it does.
        "place": {"cwd": os.getcwd()},
        "caller": {"agentId": "decide.py"},
    }
    target = sys.argv[2] if len(sys.argv) == 3 else "127.0.0.1:50051"
    # A Unix socket has no host, so the library names its path, which no HTTP/2 server takes. The authority
    # of a service on a socket is `localhost`.
    options = [("grpc.default_authority", "localhost")] if target.startswith("unix:") else []
    with grpc.insecure_channel(target, options) as channel:
        try:
            decision = decide(channel, action)
        except grpc.RpcError as error:
            print(f"no decision: {error.code().name}: {error.details()}", file=sys.stderr)
            return 1
    print(f"{decision['decision']}  {decision['ruleId']}  {decision['reason']}")
    return EXIT_CODES.get(decision["decision"], 1)


if __name__ == "__main__":
    sys.exit(main())
