"""Receives notices over HTTPS: receiver.py CERTIFICATE KEY STATUS LOG

STATUS is a file: the code to answer, or `hang`. Each request becomes a line of LOG. Prints the port.
"""

import http.server
import json
import ssl
import sys
import threading
import time

certificate, key, status, log = sys.argv[1:]
writing = threading.Lock()


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        answer = open(status).read().strip()
        headers = {name.lower(): value for name, value in self.headers.items()}
        line = json.dumps({"path": self.path, "answer": answer, "headers": headers, "body": body})
        with writing, open(log, "a") as lines:
            lines.write(line + "\n")
        if answer == "hang":
            time.sleep(60)
            return
        self.send_response(int(answer))
        if answer.startswith("30"):
            self.send_header("location", "/elsewhere")
        self.send_header("content-length", "0")
        self.end_headers()

    do_GET = do_POST

    def log_message(self, *arguments):
        pass


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
server.daemon_threads = True
server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_address[1], flush=True)
server.serve_forever()
