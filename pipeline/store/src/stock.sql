-- Guards of the booklet ledger, beneath the tables of lawful moves. What the maker delivered and what people did never
-- changes, a state has what it needs, and the tables of moves themselves are sealed.

CREATE TRIGGER deliveries_stay_u BEFORE UPDATE ON delivery
BEGIN SELECT RAISE(ABORT, 'a delivery never changes'); END;
CREATE TRIGGER deliveries_stay_d BEFORE DELETE ON delivery
BEGIN SELECT RAISE(ABORT, 'a delivery stays in the books'); END;
CREATE TRIGGER deliveries_stay_i BEFORE INSERT ON delivery
WHEN EXISTS (SELECT 1 FROM delivery WHERE name = NEW.name)
BEGIN SELECT RAISE(ABORT, 'a delivery is received once'); END;

CREATE TRIGGER booklets_are_known BEFORE INSERT ON booklet
WHEN NEW.kind NOT IN ('production', 'test', 'specimen') OR NEW.numbering NOT IN ('perforated', 'engraved')
    OR NOT EXISTS (SELECT 1 FROM delivery WHERE name = NEW.delivery)
BEGIN SELECT RAISE(ABORT, 'a booklet is of a known kind and from a delivery'); END;
CREATE TRIGGER booklets_are_as_delivered BEFORE UPDATE OF
    serial, chip_serial, key_version, batch, format, kind, carton, check_value, numbering, delivery ON booklet
BEGIN SELECT RAISE(ABORT, 'what the maker delivered never changes'); END;

-- Whoever is on the way to a document was bound, for an order; whoever was bound never is a blank again.
CREATE TRIGGER blanks_were_never_bound BEFORE UPDATE OF state ON booklet
WHEN NEW.state IN ('vault', 'loaded', 'reserved')
    AND EXISTS (SELECT 1 FROM binding WHERE serial = NEW.serial)
BEGIN SELECT RAISE(ABORT, 'a booklet that was bound is no blank'); END;
CREATE TRIGGER documents_were_bound BEFORE UPDATE OF state ON booklet
WHEN NEW.state IN ('bound', 'in_work', 'good', 'packed', 'handed_over', 'recalled')
    AND (NEW.order_id IS NULL OR NEW.order_id IS NOT (SELECT order_id FROM binding WHERE serial = NEW.serial))
BEGIN SELECT RAISE(ABORT, 'a booklet becomes a document for the order to which it is bound'); END;
CREATE TRIGGER orders_of_booklets_are_bound BEFORE UPDATE OF order_id ON booklet
WHEN NEW.order_id IS NOT (SELECT order_id FROM binding WHERE serial = NEW.serial)
BEGIN SELECT RAISE(ABORT, 'a booklet belongs to the order to which it is bound'); END;
CREATE TRIGGER real_documents_only BEFORE INSERT ON binding
WHEN (SELECT kind FROM booklet WHERE serial = NEW.serial) IS NOT 'production'
BEGIN SELECT RAISE(ABORT, 'only production blanks are bound'); END;

-- What lies in a machine lies in one that is named.
CREATE TRIGGER machines_are_named BEFORE UPDATE OF state, machine ON booklet
WHEN NEW.state IN ('loaded', 'reserved', 'bound', 'in_work') AND NEW.machine IS NULL
BEGIN SELECT RAISE(ABORT, 'a booklet in a machine names it'); END;

CREATE TRIGGER destructions_stay_u BEFORE UPDATE ON destruction
BEGIN SELECT RAISE(ABORT, 'a destruction never changes'); END;
CREATE TRIGGER destructions_stay_d BEFORE DELETE ON destruction
BEGIN SELECT RAISE(ABORT, 'a destruction stays in the books'); END;
CREATE TRIGGER destructions_begin BEFORE INSERT ON destruction
WHEN lower(trim(NEW.person)) = lower(trim(NEW.witness)) OR trim(NEW.person) = '' OR trim(NEW.witness) = ''
    OR EXISTS (SELECT 1 FROM destruction WHERE serial = NEW.serial)
    OR NOT EXISTS (SELECT 1 FROM booklet WHERE serial = NEW.serial AND state IN ('spoiled', 'recalled'))
BEGIN SELECT RAISE(ABORT, 'two different people destroy what is spoiled or recalled, once'); END;

CREATE TRIGGER shift_counts_stay_u BEFORE UPDATE ON shift_count
BEGIN SELECT RAISE(ABORT, 'what was counted never changes'); END;
CREATE TRIGGER shift_counts_stay_d BEFORE DELETE ON shift_count
BEGIN SELECT RAISE(ABORT, 'what was counted stays in the books'); END;
CREATE TRIGGER shift_counts_begin BEFORE INSERT ON shift_count
WHEN NOT EXISTS (SELECT 1 FROM shift WHERE number = NEW.shift AND closed IS NULL)
    OR EXISTS (SELECT 1 FROM shift_count WHERE shift = NEW.shift AND state = NEW.state)
BEGIN SELECT RAISE(ABORT, 'an open shift is counted once'); END;

-- Last, when the tables are filled.
CREATE TRIGGER booklet_moves_stay_i BEFORE INSERT ON booklet_move
BEGIN SELECT RAISE(ABORT, 'the lawful moves are what they are'); END;
CREATE TRIGGER booklet_moves_stay_u BEFORE UPDATE ON booklet_move
BEGIN SELECT RAISE(ABORT, 'the lawful moves are what they are'); END;
CREATE TRIGGER booklet_moves_stay_d BEFORE DELETE ON booklet_move
BEGIN SELECT RAISE(ABORT, 'the lawful moves are what they are'); END;
CREATE TRIGGER booklet_states_stay_i BEFORE INSERT ON booklet_state
BEGIN SELECT RAISE(ABORT, 'the states are what they are'); END;
CREATE TRIGGER booklet_states_stay_u BEFORE UPDATE ON booklet_state
BEGIN SELECT RAISE(ABORT, 'the states are what they are'); END;
CREATE TRIGGER booklet_states_stay_d BEFORE DELETE ON booklet_state
BEGIN SELECT RAISE(ABORT, 'the states are what they are'); END;
