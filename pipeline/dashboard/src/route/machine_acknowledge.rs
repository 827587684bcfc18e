//! `POST /machines/{machine}/alarms/{alarm}/acknowledge`

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use persoline_domain::identifiers::{Actor, MachineName};
use persoline_domain::texts::Text;
use printer_driver::AlarmId;

use super::steer::{self, Done};
use super::wish::Wish;
use crate::address::Segment;
use crate::place::Place;
use crate::site::Site;

/// Tells the machine that a person has seen an alarm. The alarm is the machine's own, so nothing is written into the log.
pub(super) async fn acknowledge(
    State(site): State<Arc<Site>>,
    Path((name, alarm)): Path<(String, u64)>,
    wish: Wish,
) -> Response {
    let home = (Place::Machine(name.clone()), format!("/machines/{}", Segment(&name).encoded()));
    let language = wish.visitor.language;
    let outcome = move |site: &Arc<Site>, _: &Actor| {
        let machine = MachineName(name);
        if !site.knows_machine(&machine) {
            return Done::Nothing(steer::no_machine(site, language, &machine));
        }
        let snapshot = site.snapshot();
        let sight = snapshot.machines.iter().find(|sight| sight.machine == machine);
        let known = sight.and_then(|sight| sight.alarms.iter().find(|known| known.id.0 == alarm));
        let tell = |id: AlarmId| site.line().is_some_and(|line| line.steering.acknowledge(&machine, id));
        match known.map(|known| known.id).filter(|id| tell(*id)) {
            Some(_) => Done::Yes("acknowledge"),
            None => Done::Unfit(Text::NoAlarmThere.of(language).to_owned()),
        }
    };
    steer::answer(site, wish, home, outcome).await
}
