"""Runs lines of curl where no network is, beside servers that record what they are sent.

usage: cage.py GROUND LINES, in a user and network namespace of its own. GROUND holds `repo`, `home`
and `bin`; LINES is a JSON list of lines. Prints a JSON list: for each line the connections that it
opened and the requests that the servers saw.
"""
import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
import threading

ALLOWED, OTHER = 3000, 3001
SIOCSIFFLAGS, IFF_UP, IFF_RUNNING = 0x8914, 0x1, 0x40
MAX_REQUEST_BYTES = 64 * 1024
SECONDS_OF_A_LINE = "5"

seen, lock = [], threading.Lock()


def loopback_up():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sh14s", b"lo", IFF_UP | IFF_RUNNING, b"")
        fcntl.ioctl(control, SIOCSIFFLAGS, request)


def read_request(connection):
    """The head, and as much of the body as it announces or as comes."""
    raw = b""
    while b"\r\n\r\n" not in raw and len(raw) < MAX_REQUEST_BYTES:
        part = connection.recv(4096)
        if not part:
            return raw
        raw += part
    head, _, body = raw.partition(b"\r\n\r\n")
    lengths = [int(line.split(b":", 1)[1]) for line in head.split(b"\r\n")[1:]
               if line.lower().startswith(b"content-length:")]
    while lengths and len(body) < min(lengths[0], MAX_REQUEST_BYTES):
        part = connection.recv(4096)
        if not part:
            break
        body += part
    return head + b"\r\n\r\n" + body


def serve(connection, port):
    with connection:
        connection.settimeout(2)
        try:
            raw = read_request(connection)
        except OSError:
            raw = b""
        with lock:
            seen.append([port, raw.decode("latin-1")])
        if b"/away" in raw.split(b"\r\n", 1)[0]:
            answer = b"HTTP/1.1 302 Found\r\nLocation: http://localhost:3001/x\r\nContent-Length: 0\r\n"
        else:
            answer = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 6\r\n"
        body = b"" if raw.startswith(b"HEAD ") or b"302" in answer else b"hello\n"
        try:
            connection.sendall(answer + b"Connection: close\r\n\r\n" + body)
        except OSError:
            pass


def listen(port):
    for family, address in [(socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")]:
        server = socket.socket(family, socket.SOCK_STREAM)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        try:
            server.bind((address, port))
        except OSError:
            continue
        server.listen(16)
        threading.Thread(target=accept, args=(server, port), daemon=True).start()


def accept(server, port):
    while True:
        connection, _ = server.accept()
        threading.Thread(target=serve, args=(connection, port), daemon=True).start()


def run(ground, line):
    with lock:
        seen.clear()
    trace = os.path.join(ground, "trace")
    environment = {
        "PATH": os.path.join(ground, "bin"),
        "HOME": os.path.join(ground, "home"),
        "SECRET": "hunter2",
    }
    caged = ["/usr/bin/timeout", "-s", "KILL", SECONDS_OF_A_LINE, "/bin/bash", "--noprofile", "--norc", "-c", line]
    strace = ["/usr/bin/strace", "-f", "-qq", "-e", "trace=connect,sendto", "-e", "signal=none", "-o", trace]
    subprocess.run(strace + caged, cwd=os.path.join(ground, "repo"), env=environment,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(trace, encoding="latin-1") as file:
        calls = [call.strip() for call in file if "connect(" in call]
    with lock:
        return {"line": line, "calls": calls, "requests": [list(it) for it in seen]}


def main():
    ground, lines = sys.argv[1], json.loads(sys.argv[2])
    loopback_up()
    listen(ALLOWED)
    listen(OTHER)
    print(json.dumps([run(ground, line) for line in lines]))


main()
