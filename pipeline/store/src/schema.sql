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

CREATE TABLE payload (
    order_id INTEGER PRIMARY KEY,
    wrapped_key BLOB NOT NULL,
    ciphertext BLOB NOT NULL
);

CREATE TABLE signer_use (
    signer TEXT PRIMARY KEY,
    uses INTEGER NOT NULL
);

CREATE TABLE machine (
    name TEXT PRIMARY KEY,
    fence INTEGER NOT NULL DEFAULT 0,
    paused INTEGER NOT NULL DEFAULT 0
);
