"""A server of the Model Context Protocol with one tool that writes a file, on standard input and output."""

import json
import pathlib
import sys

TOOL = {
    "name": "put",
    "description": "Writes a file that says that the tool ran.",
    "inputSchema": {"type": "object", "properties": {}},
}


def answer(request):
    method = request["method"]
    if method == "initialize":
        version = request["params"]["protocolVersion"]
        info = {"name": sys.argv[1], "version": "1"}
        return {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": info}
    if method == "tools/list":
        return {"tools": [TOOL]}
    if method == "tools/call":
        pathlib.Path(sys.argv[2]).write_text("ran")
        return {"content": [{"type": "text", "text": "put"}]}
    return {}


for line in sys.stdin:
    request = json.loads(line)
    if "id" in request:
        print(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": answer(request)}), flush=True)
