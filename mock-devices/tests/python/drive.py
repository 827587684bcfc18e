"""Drives one booklet through a machine, knowing nothing of it but its .proto files.

    drive.py MACHINE_PROTOS DESK_PROTOS MACHINE_ADDRESS DESK_ADDRESS LINKS

LINKS is a folder with authority.pem, host.pem and host.key. Prints `done` when everything was as the files say.
"""

import importlib
import pathlib
import struct
import sys
import tempfile
import zlib

import grpc
from grpc_tools import protoc

machine_protos, desk_protos, machine_address, desk_address, links = sys.argv[1:]
links = pathlib.Path(links)
stubs = tempfile.TemporaryDirectory()
sys.path.insert(0, stubs.name)


def stub(folder, path):
    """The messages and the service of one .proto file."""
    flags = ["protoc", f"-I{folder}", f"--python_out={stubs.name}", f"--grpc_python_out={stubs.name}", path]
    assert protoc.main(flags) == 0, f"{path} cannot be read"
    name = path.removesuffix(".proto").replace("/", ".")
    importlib.invalidate_caches()
    return importlib.import_module(f"{name}_pb2"), importlib.import_module(f"{name}_pb2_grpc")


m, machine_service = stub(machine_protos, "persoline/machine/v1/machine.proto")
d, desk_service = stub(desk_protos, "persoline/desk/v1/desk.proto")


def credentials(key=True):
    own = ((links / "host.key").read_bytes(), (links / "host.pem").read_bytes()) if key else (None, None)
    return grpc.ssl_channel_credentials((links / "authority.pem").read_bytes(), *own)


# gRPC would ask a proxy of the environment for its way to this very computer.
direct = [("grpc.enable_http_proxy", 0)]
# A picture of a page is larger than what gRPC takes by itself.
larger = [*direct, ("grpc.max_receive_message_length", 33 << 20)]
machine = machine_service.MachineStub(grpc.secure_channel(machine_address, credentials(), options=larger))
desk = desk_service.DeskStub(grpc.secure_channel(desk_address, credentials(), options=direct))

TOKEN, JOB, SERIAL, CHIP = 7, 41, "K00000041", b"CHIP0041"
cursor = 0


def key(number):
    return number.to_bytes(16, "big")


def answer(response):
    """The answer in a response, whatever it is called."""
    return getattr(response, response.WhichOneof("answer"))


def submit(number, token=TOKEN, **operation):
    return answer(machine.Submit(m.SubmitRequest(key=key(number), token=token, **operation), timeout=60))


def events():
    """Events one by one, from wherever the last call stopped."""
    global cursor
    for _ in range(100):
        batch = answer(machine.Events(m.EventsRequest(after_cursor=cursor, wait_ms=5000), timeout=60))
        assert isinstance(batch, m.EventBatch), batch
        for event in batch.events:
            assert event.cursor == cursor + 1, "cursors are not consecutive"
            cursor = event.cursor
            yield event
    raise AssertionError("nothing came")


def carry_out(number, **operation):
    """Hands a command in and waits for its end."""
    assert submit(number, **operation) == m.ACCEPTANCE_ACCEPTED
    for event in events():
        if event.WhichOneof("body") == "completed" and event.completed.key == key(number):
            how = event.completed.ending.WhichOneof("ending")
            return how, getattr(event.completed.ending, how)


def grey_png(width, height, rows):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    lines = b"".join(b"\0" + row for row in rows)
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


# Without a certificate nobody comes in.
stranger = machine_service.MachineStub(grpc.secure_channel(machine_address, credentials(key=False), options=direct))
try:
    stranger.Describe(m.DescribeRequest(), timeout=60)
    raise AssertionError("a host without a certificate was let in")
except grpc.RpcError as error:
    assert error.code() == grpc.StatusCode.UNAVAILABLE, error

blank = d.Blank(serial=SERIAL, format="passport-32", chip_serial=CHIP, key_version=1, transport_keys=bytes(48))
assert answer(desk.Load(d.LoadRequest(feeder=1, booklets=[blank]))) == 1

description = answer(machine.Describe(m.DescribeRequest()))
assert description.edition == 1, description
required = {m.STATE_STOPPED, m.STATE_IDLE, m.STATE_EXECUTE, m.STATE_ABORTED}
assert required <= set(description.capabilities.states)
assert description.capabilities.numbering == m.NUMBERING_PRE_PRINTED
assert "passport-32" in description.capabilities.formats

attached = answer(machine.Attach(m.AttachRequest(token=TOKEN)))
assert isinstance(attached, m.Attached), attached
assert carry_out(1, control=m.CONTROL_COMMAND_RESET) == ("plain", m.PLAIN_COMPLETION_DONE)
assert carry_out(2, control=m.CONTROL_COMMAND_START) == ("plain", m.PLAIN_COMPLETION_DONE)
assert answer(machine.Snapshot(m.SnapshotRequest())).state == m.STATE_EXECUTE

how, picked = carry_out(3, pick=m.Pick(job=JOB, feeder=1, format="passport-32"))
assert how == "picked" and picked.serial == SERIAL and picked.chip_serial == CHIP, picked

# GET DATA: card image number.
script = m.Exchange(job=JOB, commands=[bytes.fromhex("80CA004500")], reset_first=True)
how, answered = carry_out(4, exchange=script)
assert how == "answered" and answered.answers == [b"\x45\x08" + CHIP + b"\x90\x00"], answered

# A white layer of 20 by 20 millimetres with a black upper half, 10 millimetres from the corner.
size = 236
rows = [bytes(size)] * (size // 2) + [b"\xff" * size] * (size // 2)
layer = m.Layer(
    kind=m.LAYER_KIND_LASER,
    coding=m.LAYER_CODING_PNG_GREY,
    dots_per_inch=300,
    left_micrometres=10_000,
    top_micrometres=10_000,
    width=size,
    height=size,
    image=grey_png(size, size, rows),
)
order = m.Personalise(job=JOB, expected_serial="K99999999", layers=[layer])
how, refused = carry_out(5, personalise=order)
assert how == "error" and refused.kind == m.ERROR_KIND_WRONG_SERIAL, refused
assert refused.fate == m.BOOKLET_FATE_UNTOUCHED and refused.serial == SERIAL, refused
order.expected_serial = SERIAL
how, personalised = carry_out(6, personalise=order)
assert how == "personalised", (how, personalised)
picture = answer(machine.Image(m.ImageRequest(image=personalised.image)))
assert isinstance(picture, m.CameraImage) and len(picture.grey) == picture.width * picture.height
at = lambda x, y: picture.grey[y * picture.dots_per_inch * 10 // 254 * picture.width + x * picture.dots_per_inch * 10 // 254]
assert at(20, 12) < 100 < at(20, 26), "the picture does not show the layer"

# The same key again is not carried out again, and its end is told again.
assert submit(6, personalise=order) == m.ACCEPTANCE_REPEATED
again = next(event for event in events() if event.WhichOneof("body") == "completed")
assert again.completed.key == key(6) and again.completed.ending.personalised.image == personalised.image

how, delivered = carry_out(7, deliver=m.Deliver(job=JOB, stack=m.STACK_GOOD))
assert how == "delivered" and delivered.stack == m.STACK_GOOD, delivered

# The journal, and what it never heard of.
entry = answer(machine.Journal(m.JournalRequest(key=key(7))))
assert entry.ended.delivered.stack == m.STACK_GOOD, entry
entry = answer(machine.Journal(m.JournalRequest(key=key(99))))
assert entry.state == m.JOURNAL_STATE_NOT_RECEIVED, entry

# A host of yesterday is fenced off; what the machine does not know, or what is malformed, touches nothing.
fenced = answer(machine.Attach(m.AttachRequest(token=TOKEN - 1)))
assert fenced.kind == m.ERROR_KIND_FENCED, fenced
fenced = submit(8, token=TOKEN - 1, control=m.CONTROL_COMMAND_STOP)
assert fenced.kind == m.ERROR_KIND_FENCED and fenced.fate == m.BOOKLET_FATE_UNTOUCHED, fenced
unknown = submit(9)
assert unknown.kind == m.ERROR_KIND_UNSUPPORTED and unknown.fate == m.BOOKLET_FATE_UNTOUCHED, unknown
short = answer(machine.Submit(m.SubmitRequest(key=b"short", token=TOKEN, control=m.CONTROL_COMMAND_STOP)))
assert short.kind == m.ERROR_KIND_INVALID, short

# What lies on the stack, seen by a person.
(found,) = answer(desk.EmptyStack(d.EmptyStackRequest(stack="good"))).booklets
assert found.serial == SERIAL and found.times_marked == 1 and found.marks == 1, found
assert desk.Press(d.PressRequest(button="nonsense")).refusal.reason
print("done")
