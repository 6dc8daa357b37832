"""A name server for tests, which changes its mind: RFC 1035, A questions only, on UDP port 53 of an address.

    nameserver.py ADDRESS NAME=ANSWER[,ANSWER]...

The answers to questions for a name are its addresses one after the other, the last of them for ever. Writes a JSON line
for each question.
"""
import json
import socket
import struct
import sys

names = {name.lower(): answers.split(",") for name, answers in (word.split("=") for word in sys.argv[2:])}
asked = {name: 0 for name in names}
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind((sys.argv[1], 53))
print(json.dumps({"ready": True}), flush=True)
while True:
    question, client = server.recvfrom(1500)
    labels, at = [], 12
    while question[at]:
        labels.append(question[at + 1:at + 1 + question[at]].decode())
        at += 1 + question[at]
    name = ".".join(labels).lower()
    kind = struct.unpack("!H", question[at + 1:at + 3])[0]
    section = question[12:at + 5]
    if name not in names:
        server.sendto(question[:2] + struct.pack("!HHHHH", 0x8183, 1, 0, 0, 0) + section, client)
        continue
    if kind != 1:
        server.sendto(question[:2] + struct.pack("!HHHHH", 0x8180, 1, 0, 0, 0) + section, client)
        continue
    address = names[name][min(asked[name], len(names[name]) - 1)]
    asked[name] += 1
    print(json.dumps({"name": name, "answer": address}), flush=True)
    record = b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 0, 4) + socket.inet_aton(address)
    server.sendto(question[:2] + struct.pack("!HHHHH", 0x8180, 1, 1, 0, 0) + section + record, client)
