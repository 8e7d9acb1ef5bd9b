#!/usr/bin/env python3
"""ClickHouse over HTTP for tests: the real engine (PyPI `chdb`) behind as much of its HTTP interface as our client speaks.

    server.py FOLDER PORT

One statement at a time, no users, no replication: right for what a statement means, wrong for load. Statements come in the body, or for
an insert in ?query with its rows in the body, in ClickHouse's LZ4 frames where ?decompress=1 says so. Any other parameter but
?database and ?default_format is a setting. Prints one line when it listens.
"""

import re
import struct
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import chdb
import lz4.block
from clickhouse_cityhash.cityhash import CityHash128

FOLDER = sys.argv[1]
# The checksum of a frame, a byte for its method, its length with these nine bytes, its length when unpacked.
CHECKSUM, HEAD = 16, 9
LZ4, STORED = 0x82, 0x02
TURN = threading.Lock()
# The engine lives as long as one connection does.
ANCHOR = chdb.connect(FOLDER)


def unframed(data: bytes) -> bytes:
    """The content of frames; a wrong checksum is an error."""
    blocks, at = [], 0
    while at < len(data):
        method, packed, unpacked = struct.unpack_from("<BII", data, at + CHECKSUM)
        body = data[at + CHECKSUM : at + CHECKSUM + packed]
        high, low = divmod(CityHash128(body), 1 << 64)
        if struct.unpack_from("<QQ", data, at) != (high, low):
            raise ValueError("Code: 40. DB::Exception: Checksum doesn't match. (CHECKSUM_DOESNT_MATCH)")
        content = body[HEAD:]
        blocks.append(lz4.block.decompress(content, uncompressed_size=unpacked) if method == LZ4 else content)
        at += CHECKSUM + packed
    return b"".join(blocks)


def quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def run(statement: str, rows: bytes, database: str, form: str, settings: dict) -> bytes:
    """Runs one statement as a session of its own."""
    with TURN:
        session = chdb.connect(FOLDER)
        try:
            if database != "default":
                session.query(f"USE `{database}`")
            for name, value in settings.items():
                if not re.fullmatch(r"\w+", name):
                    raise ValueError(f"Code: 115. DB::Exception: Unknown setting {name}. (UNKNOWN_SETTING)")
            # The one that forbids writing also forbids some settings: it comes last.
            for name in sorted(settings, key=lambda name: name == "readonly"):
                session.query(f"SET {name} = {quoted(settings[name])}")
            insert = re.fullmatch(r"\s*INSERT INTO (\w+) FORMAT (\w+)\s*", statement)
            if not insert:
                return session.query(statement, form).bytes()
            with tempfile.NamedTemporaryFile(prefix="rows-", dir=Path(FOLDER).parent) as file:
                file.write(rows)
                file.flush()
                table, form = insert.groups()
                session.query(f"INSERT INTO {table} FROM INFILE {quoted(file.name)} FORMAT {form}")
            return b""
        finally:
            session.close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        chunks = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def do_POST(self):
        settings = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        take = settings.pop
        statement, database = take("query", ""), take("database", "default")
        form, framed = take("default_format", "TabSeparated"), take("decompress", "0") == "1"
        try:
            body = self.body()
            rows = unframed(body) if framed else body
            if not statement:
                statement, rows = body.decode(), b""
            # How the client asks whether anybody is there; not worth a turn.
            is_ping = statement == "SELECT 1" and form == "TabSeparated"
            answer = b"1\n" if is_ping else run(statement, rows, database, form, settings)
            self.answer(200, answer)
        except Exception as error:  # whatever the engine says is the answer
            words = str(error)
            code = re.search(r"Code: (\d+)", words)
            self.answer(500, words.encode(), code[1] if code else "1002")

    def answer(self, status: int, body: bytes, code: str = ""):
        self.send_response(status)
        if code:
            self.send_header("X-ClickHouse-Exception-Code", code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Handler)
server.daemon_threads = True
print(f"listening on {server.server_address[1]}", flush=True)
server.serve_forever()
