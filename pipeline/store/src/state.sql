-- State columns: all of this follows from the event log.

CREATE TABLE delivery (
    name TEXT PRIMARY KEY,
    blanks INTEGER NOT NULL,
    at INTEGER NOT NULL
);

CREATE TABLE booklet (
    serial TEXT PRIMARY KEY,
    chip_serial BLOB NOT NULL UNIQUE,
    key_version INTEGER NOT NULL,
    batch TEXT NOT NULL,
    format TEXT NOT NULL,
    kind TEXT NOT NULL,
    carton TEXT NOT NULL,
    check_value BLOB NOT NULL,
    numbering TEXT NOT NULL,
    delivery TEXT NOT NULL REFERENCES delivery (name),
    state TEXT NOT NULL,
    machine TEXT,
    order_id INTEGER,
    reason TEXT
);
CREATE INDEX booklet_by_state ON booklet (state, serial);
CREATE INDEX booklet_by_machine ON booklet (machine, state, serial) WHERE machine IS NOT NULL;
-- No application yields two good booklets.
CREATE UNIQUE INDEX one_good_booklet ON booklet (order_id)
    WHERE state IN ('good', 'packed', 'handed_over') AND order_id IS NOT NULL;

CREATE TABLE production_order (
    id INTEGER PRIMARY KEY,
    application TEXT NOT NULL UNIQUE,
    digest BLOB NOT NULL,
    person BLOB NOT NULL,
    state TEXT NOT NULL,
    hold TEXT,
    stop_requested INTEGER NOT NULL DEFAULT 0,
    -- The stop that is asked for ends in cancelled, not in held.
    cancel_requested INTEGER NOT NULL DEFAULT 0,
    channel TEXT NOT NULL,
    batch TEXT NOT NULL,
    document TEXT NOT NULL,
    priority TEXT NOT NULL,
    -- The due date, for an urgent order some days earlier: what waits goes by this, of one date remakes first.
    effective_due TEXT NOT NULL,
    place TEXT NOT NULL,
    place_kind TEXT NOT NULL,
    received INTEGER NOT NULL,
    due TEXT NOT NULL,
    finished INTEGER,
    remakes INTEGER NOT NULL DEFAULT 0,
    -- Remakes before a person last released it: they do not count against it any more.
    remakes_forgiven INTEGER NOT NULL DEFAULT 0,
    -- Different people who must approve that it is made again in place of its last booklet.
    approvals_needed INTEGER NOT NULL DEFAULT 0,
    machine TEXT,
    job INTEGER,
    serial TEXT,
    CHECK ((state = 'held') = (hold IS NOT NULL) OR stop_requested = 1),
    CHECK (cancel_requested = 0 OR stop_requested = 1),
    CHECK ((state = 'finished') = (finished IS NOT NULL))
);
CREATE INDEX order_waiting ON production_order (document, effective_due, (remakes = 0), id) WHERE state = 'waiting';
CREATE INDEX order_by_state ON production_order (state, due, id);
CREATE INDEX order_by_due ON production_order (due, id);
CREATE INDEX order_by_batch ON production_order (batch, due, id);
CREATE INDEX order_by_batch_and_state ON production_order (batch, state, due, id);
CREATE INDEX order_by_serial ON production_order (serial) WHERE serial IS NOT NULL;
CREATE INDEX order_of_person ON production_order (person) WHERE state NOT IN ('finished', 'cancelled');

CREATE TABLE job (
    job INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES production_order (id),
    machine TEXT NOT NULL,
    fence INTEGER NOT NULL,
    phase TEXT NOT NULL,
    serial TEXT,
    issued TEXT,
    expires TEXT,
    security_object BLOB,
    signer TEXT
);
-- One open job for an order.
CREATE UNIQUE INDEX one_open_job ON job (order_id) WHERE phase <> 'ended';
CREATE INDEX open_job_of_machine ON job (machine, job) WHERE phase <> 'ended';

-- A serial is bound at most once, for ever: rows are never deleted or changed.
CREATE TABLE binding (
    serial TEXT PRIMARY KEY REFERENCES booklet (serial),
    order_id INTEGER NOT NULL,
    job INTEGER NOT NULL UNIQUE,
    -- The number of the document. Unique for ever, like the serial.
    number TEXT NOT NULL UNIQUE,
    -- The booklet in whose place it was bound, for the same order.
    replaces TEXT UNIQUE REFERENCES binding (serial)
);
CREATE INDEX binding_of_order ON binding (order_id);

CREATE TABLE count_of_orders (state TEXT PRIMARY KEY, count INTEGER NOT NULL CHECK (count >= 0));
CREATE TABLE count_of_open_by_due (due TEXT PRIMARY KEY, count INTEGER NOT NULL CHECK (count >= 0));
CREATE TABLE tally (name TEXT PRIMARY KEY, count INTEGER NOT NULL);

CREATE TABLE order_move (source TEXT NOT NULL, target TEXT NOT NULL, PRIMARY KEY (source, target));
CREATE TABLE booklet_move (source TEXT NOT NULL, target TEXT NOT NULL, PRIMARY KEY (source, target));

CREATE TRIGGER lawful_order_move BEFORE UPDATE OF state ON production_order
WHEN NOT EXISTS (SELECT 1 FROM order_move WHERE source = OLD.state AND target = NEW.state)
BEGIN SELECT RAISE(ABORT, 'unlawful move of an order'); END;
CREATE TRIGGER lawful_booklet_move BEFORE UPDATE OF state ON booklet
WHEN NOT EXISTS (SELECT 1 FROM booklet_move WHERE source = OLD.state AND target = NEW.state)
BEGIN SELECT RAISE(ABORT, 'unlawful move of a booklet'); END;
CREATE TRIGGER bindings_stay_u BEFORE UPDATE ON binding BEGIN SELECT RAISE(ABORT, 'a binding never changes'); END;
CREATE TRIGGER bindings_stay_d BEFORE DELETE ON binding BEGIN SELECT RAISE(ABORT, 'a binding never changes'); END;
-- INSERT OR REPLACE deletes without asking the triggers above, so what is there is looked for before.
CREATE TRIGGER bindings_stay_i BEFORE INSERT ON binding
WHEN EXISTS (SELECT 1 FROM binding WHERE serial = NEW.serial OR job = NEW.job OR number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'a serial is bound at most once, and a number given at most once'); END;
CREATE TRIGGER bindings_number BEFORE INSERT ON binding
WHEN (SELECT numbering FROM booklet WHERE serial = NEW.serial) = 'perforated' AND NEW.number <> NEW.serial
BEGIN SELECT RAISE(ABORT, 'a perforated booklet bears its serial as number'); END;
CREATE TRIGGER bindings_replace BEFORE INSERT ON binding
WHEN NEW.replaces IS NOT
    (SELECT serial FROM binding WHERE order_id = NEW.order_id ORDER BY rowid DESC LIMIT 1)
BEGIN SELECT RAISE(ABORT, 'a remake names the booklet in whose place it is made'); END;
CREATE TRIGGER booklets_begin BEFORE INSERT ON booklet
WHEN NEW.state <> 'received'
    OR EXISTS (SELECT 1 FROM booklet WHERE serial = NEW.serial OR chip_serial = NEW.chip_serial)
BEGIN SELECT RAISE(ABORT, 'a booklet begins as received, once'); END;
CREATE TRIGGER booklets_stay BEFORE DELETE ON booklet BEGIN SELECT RAISE(ABORT, 'a booklet stays in the books'); END;
CREATE TRIGGER orders_begin BEFORE INSERT ON production_order
WHEN NEW.state NOT IN ('waiting', 'held')
    OR EXISTS (SELECT 1 FROM production_order WHERE id = NEW.id OR application = NEW.application)
BEGIN SELECT RAISE(ABORT, 'an order begins as waiting or held, once'); END;
CREATE TRIGGER orders_stay BEFORE DELETE ON production_order BEGIN SELECT RAISE(ABORT, 'an order is never lost'); END;
