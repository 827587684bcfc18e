-- Identifiers and states only. What is personal lies in `payload`, sealed.

CREATE TABLE event (
    sequence INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    order_id INTEGER,
    job INTEGER,
    serial TEXT,
    machine TEXT,
    detail TEXT NOT NULL,
    body TEXT NOT NULL,
    hash BLOB NOT NULL
);
CREATE INDEX event_of_order ON event (order_id, sequence) WHERE order_id IS NOT NULL;
CREATE TRIGGER events_stay_u BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'an event never changes'); END;
CREATE TRIGGER events_stay_d BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'an event never changes'); END;
CREATE TRIGGER events_follow BEFORE INSERT ON event
WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM event)
BEGIN SELECT RAISE(ABORT, 'events are consecutive'); END;

CREATE TABLE payload (
    order_id INTEGER PRIMARY KEY,
    wrapped_key BLOB NOT NULL,
    ciphertext BLOB NOT NULL
);

CREATE TABLE document (
    job INTEGER PRIMARY KEY,
    wrapped_key BLOB NOT NULL,
    ciphertext BLOB NOT NULL
);

CREATE TABLE signer_use (
    signer TEXT PRIMARY KEY,
    uses INTEGER NOT NULL
);

CREATE TABLE machine (
    name TEXT PRIMARY KEY,
    fence INTEGER NOT NULL DEFAULT 0
);
