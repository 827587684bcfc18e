-- State columns of the care of people: policy, shifts, numbers, approvals, inspections, reports. All follow from the log.

-- One row for ever.
CREATE TABLE policy (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    remake_approvals INTEGER NOT NULL,
    first_piece INTEGER NOT NULL,
    sample_every INTEGER NOT NULL
);
INSERT INTO policy VALUES (1, 0, 0, 0);

CREATE TABLE standing (
    machine TEXT PRIMARY KEY,
    paused INTEGER NOT NULL DEFAULT 0,
    draining INTEGER NOT NULL DEFAULT 0,
    fenced_off TEXT,
    -- Good documents that it has made.
    goods INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE shift (
    number INTEGER PRIMARY KEY,
    opened INTEGER NOT NULL,
    by TEXT NOT NULL,
    closed INTEGER
);
CREATE UNIQUE INDEX one_open_shift ON shift ((closed IS NULL)) WHERE closed IS NULL;
-- What was counted by hand when a shift closed.
CREATE TABLE shift_count (
    shift INTEGER NOT NULL REFERENCES shift (number),
    state TEXT NOT NULL,
    counted INTEGER NOT NULL,
    PRIMARY KEY (shift, state)
);
-- Which states must be counted, and which must be empty, before a shift can close.
CREATE TABLE booklet_state (name TEXT PRIMARY KEY, counted INTEGER NOT NULL, in_motion INTEGER NOT NULL);
CREATE TRIGGER shifts_reconcile BEFORE UPDATE OF closed ON shift
WHEN EXISTS (SELECT 1 FROM booklet JOIN booklet_state ON name = state WHERE in_motion)
    OR (SELECT coalesce(sum(blanks), 0) FROM delivery) <> (SELECT count(*) FROM booklet)
    OR EXISTS (SELECT 1 FROM booklet_state WHERE counted AND (SELECT count(*) FROM booklet WHERE state = name)
        <> coalesce((SELECT counted FROM shift_count WHERE shift = NEW.number AND state = name), 0))
BEGIN SELECT RAISE(ABORT, 'a shift closes over reconciled books only'); END;
CREATE TRIGGER shifts_end BEFORE UPDATE ON shift WHEN OLD.closed IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a closed shift never changes'); END;
CREATE TRIGGER shifts_begin BEFORE INSERT ON shift
WHEN NEW.closed IS NOT NULL OR EXISTS (SELECT 1 FROM shift WHERE number = NEW.number OR closed IS NULL)
BEGIN SELECT RAISE(ABORT, 'a shift begins once, while no other is open'); END;
CREATE TRIGGER shifts_stay BEFORE DELETE ON shift BEGIN SELECT RAISE(ABORT, 'a shift stays in the books'); END;

-- Granted document numbers: capital letters, then `width` digits from `low` to `high`, both included.
CREATE TABLE number_range (
    id INTEGER PRIMARY KEY,
    letters TEXT NOT NULL,
    width INTEGER NOT NULL,
    low INTEGER NOT NULL,
    high INTEGER NOT NULL,
    -- The next to be given; one more than `high` when all are.
    next INTEGER NOT NULL,
    CHECK (low <= high AND next BETWEEN low AND high + 1)
);
CREATE INDEX number_range_left ON number_range (id) WHERE next <= high;
CREATE TRIGGER numbers_once BEFORE INSERT ON number_range
WHEN EXISTS (SELECT 1 FROM number_range WHERE letters = NEW.letters AND width = NEW.width
    AND low <= NEW.high AND high >= NEW.low)
    OR EXISTS (SELECT 1 FROM booklet WHERE length(serial) = length(NEW.letters) + NEW.width
    AND serial BETWEEN NEW.letters || printf('%0*d', NEW.width, NEW.low)
        AND NEW.letters || printf('%0*d', NEW.width, NEW.high))
BEGIN SELECT RAISE(ABORT, 'a number is granted at most once, and is no serial'); END;
CREATE TRIGGER numbers_go_on BEFORE UPDATE ON number_range
WHEN NEW.next < OLD.next OR (NEW.id, NEW.letters, NEW.width, NEW.low, NEW.high)
    IS NOT (OLD.id, OLD.letters, OLD.width, OLD.low, OLD.high)
BEGIN SELECT RAISE(ABORT, 'numbers are given in their order, once'); END;
CREATE TRIGGER numbers_stay BEFORE DELETE ON number_range
BEGIN SELECT RAISE(ABORT, 'a granted number stays granted'); END;
CREATE TRIGGER booklets_unnumbered BEFORE INSERT ON booklet
WHEN EXISTS (SELECT 1 FROM number_range WHERE length(NEW.serial) = length(letters) + width
    AND NEW.serial BETWEEN letters || printf('%0*d', width, low) AND letters || printf('%0*d', width, high))
BEGIN SELECT RAISE(ABORT, 'a serial is among the granted numbers'); END;

-- Who approved the remake in place of which lost booklet. Nobody twice.
CREATE TABLE approval (
    order_id INTEGER NOT NULL REFERENCES production_order (id),
    lost TEXT NOT NULL REFERENCES binding (serial),
    person TEXT NOT NULL COLLATE NOCASE CHECK (person <> '' AND person = trim(person)),
    PRIMARY KEY (order_id, lost, person)
);
CREATE TRIGGER approvals_stay_u BEFORE UPDATE ON approval BEGIN SELECT RAISE(ABORT, 'an approval never changes'); END;
CREATE TRIGGER approvals_stay_d BEFORE DELETE ON approval BEGIN SELECT RAISE(ABORT, 'an approval never changes'); END;
CREATE TRIGGER remakes_are_approved BEFORE UPDATE OF state ON production_order
WHEN NEW.state IN ('waiting', 'dispatched', 'bound') AND NEW.approvals_needed > 0
    AND NEW.approvals_needed > (SELECT count(*) FROM approval WHERE order_id = NEW.id AND lost =
        (SELECT serial FROM binding WHERE order_id = NEW.id ORDER BY rowid DESC LIMIT 1))
BEGIN SELECT RAISE(ABORT, 'a remake waits until people have approved it'); END;

CREATE TABLE inspection (
    serial TEXT PRIMARY KEY REFERENCES binding (serial),
    order_id INTEGER NOT NULL,
    job INTEGER NOT NULL,
    machine TEXT NOT NULL,
    shift INTEGER REFERENCES shift (number),
    kind TEXT NOT NULL CHECK (kind IN ('first_piece', 'sample')),
    at INTEGER NOT NULL,
    -- Null while it waits.
    approved INTEGER,
    CHECK (kind <> 'first_piece' OR shift IS NOT NULL)
);
CREATE INDEX inspection_waiting ON inspection (job) WHERE approved IS NULL;
CREATE UNIQUE INDEX one_first_piece ON inspection (machine, shift) WHERE kind = 'first_piece' AND approved IS NOT 0;
CREATE TRIGGER inspections_end BEFORE UPDATE ON inspection WHEN OLD.approved IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'an inspection is decided once'); END;
CREATE TRIGGER inspected_before_packed BEFORE UPDATE OF state ON booklet
WHEN NEW.state = 'packed' AND EXISTS (SELECT 1 FROM inspection WHERE serial = NEW.serial AND approved IS NOT 1)
BEGIN SELECT RAISE(ABORT, 'a document that waits for inspection is not packed'); END;

-- Who destroyed a booklet, and who saw it.
CREATE TABLE destruction (
    serial TEXT PRIMARY KEY REFERENCES booklet (serial),
    person TEXT NOT NULL CHECK (person <> ''),
    witness TEXT NOT NULL CHECK (witness <> ''),
    CHECK (lower(trim(person)) <> lower(trim(witness)))
);
CREATE TRIGGER destroyed_by_two BEFORE UPDATE OF state ON booklet
WHEN NEW.state = 'destroyed' AND NOT EXISTS (SELECT 1 FROM destruction WHERE serial = NEW.serial)
BEGIN SELECT RAISE(ABORT, 'a booklet is destroyed by two people'); END;

-- Reports to the issuing register, by the position in the log of the deed that made them.
CREATE TABLE outbox (
    sequence INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    serial TEXT NOT NULL REFERENCES booklet (serial),
    at INTEGER NOT NULL,
    reason TEXT NOT NULL
);
-- A booklet may be missing again after it was found; everything else happens to it once.
CREATE UNIQUE INDEX told_once ON outbox (serial, kind) WHERE kind <> 'missing';
CREATE TRIGGER reports_stay_u BEFORE UPDATE ON outbox BEGIN SELECT RAISE(ABORT, 'a report never changes'); END;
CREATE TRIGGER reports_stay_d BEFORE DELETE ON outbox BEGIN SELECT RAISE(ABORT, 'a report never changes'); END;
CREATE TRIGGER reports_stay_i BEFORE INSERT ON outbox
WHEN EXISTS (SELECT 1 FROM outbox WHERE sequence >= NEW.sequence)
BEGIN SELECT RAISE(ABORT, 'reports follow the log'); END;

CREATE TABLE receiver (name TEXT PRIMARY KEY, delivered INTEGER NOT NULL);
CREATE TRIGGER deliveries_go_on BEFORE UPDATE ON receiver WHEN NEW.delivered < OLD.delivered
BEGIN SELECT RAISE(ABORT, 'what was delivered stays delivered'); END;
