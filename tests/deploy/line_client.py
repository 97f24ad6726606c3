"""A client for Valkey and Redis where none is installed: each line of stdin is a command, each line of an answer is printed."""

import socket
import sys

with socket.create_connection(("127.0.0.1", int(sys.argv[sys.argv.index("-p") + 1])), timeout=4) as talk:
    for line in sys.stdin.buffer:
        talk.sendall(line.strip() + b"\r\n")
        sys.stdout.write(talk.recv(4096).decode().strip().removeprefix("+") + "\n")
