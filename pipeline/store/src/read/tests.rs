use super::*;
use crate::schema;

/// SQLite's plan for a statement on an empty store: it must not depend on how much is in it, so nothing is analysed.
fn plan(sql: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let (connection, _lock) = schema::open_for_writing(&folder.path().join("store.db")).unwrap();
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let unset = vec![None::<i64>; statement.parameter_count()];
    let lines = statement.query_map(rusqlite::params_from_iter(unset), |row| row.get::<_, String>(3)).unwrap();
    lines.collect::<Result<Vec<_>, _>>().unwrap().join("; ")
}

#[test]
fn the_cost_of_every_listing_is_bounded_by_its_limit_not_by_the_backlog() {
    let orders = |state| orders_sql(&OrderQuery { state, limit: 5, ..OrderQuery::default() }).0;
    let of_batch =
        |state| orders_sql(&OrderQuery { state, batch: Some("B".into()), limit: 5, ..OrderQuery::default() }).0;
    let events = |rest: &str| format!("SELECT {EVENT_COLUMNS} FROM event {rest}");
    for (sql, index) in [
        (WAITING.to_owned(), "SEARCH production_order USING INDEX order_waiting (document=?)"),
        (open_jobs_sql(), "SEARCH job USING INDEX open_job_of_machine (machine=?)"),
        (orders(Some(OrderState::Waiting)), "SEARCH production_order USING INDEX order_by_state (state=?)"),
        (orders(None), "SCAN production_order USING INDEX order_by_due"),
        (of_batch(None), "SEARCH production_order USING INDEX order_by_batch (batch=?)"),
        (
            of_batch(Some(OrderState::Waiting)),
            "SEARCH production_order USING INDEX order_by_batch_and_state (batch=? AND state=?)",
        ),
        (care::INSPECTIONS.to_owned(), "SCAN inspection USING INDEX inspection_waiting"),
        (outbox::OUTBOX.to_owned(), "SEARCH outbox USING INTEGER PRIMARY KEY (rowid>?)"),
        (stock::booklets_sql(false), "SEARCH booklet USING INDEX booklet_by_state (state=? AND serial>?)"),
        (
            stock::booklets_sql(true),
            "SEARCH booklet USING INDEX booklet_by_machine (machine=? AND state=? AND serial>?)",
        ),
        (events("WHERE order_id = ?1 ORDER BY sequence"), "SEARCH event USING INDEX event_of_order (order_id=?)"),
        (events("WHERE sequence > ?1 ORDER BY sequence LIMIT ?2"), "SEARCH event USING INTEGER PRIMARY KEY (rowid>?)"),
    ] {
        let plan = plan(&sql);
        assert!(plan.starts_with(index), "{sql}\n{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "what waits would be sorted: {plan}");
    }
}

#[test]
fn a_search_looks_only_at_what_begins_as_asked() {
    let query = OrderQuery { prefix: Some("A".to_owned()), limit: 5, ..OrderQuery::default() };
    let plan = plan(&orders_sql(&query).0);
    assert!(plan.contains("(application>? AND application<?)"), "{plan}");
    assert!(plan.contains("order_by_serial (serial>? AND serial<?)"), "{plan}");
    assert!(!plan.contains("SCAN production_order"), "{plan}");
}

#[test]
fn the_check_for_the_same_person_uses_its_index() {
    let plan = plan(crate::apply::SAME_PERSON);
    assert!(plan.contains("USING INDEX order_of_person (person=?)"), "{plan}");
}
