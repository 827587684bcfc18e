//! `POST /machines/{machine}/alarms/{alarm}/acknowledge`

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use persoline_domain::deed::Deed;
use persoline_domain::identifiers::{Actor, MachineName};
use persoline_domain::texts::Text;
use persoline_line::session::alarm_code;
use printer_driver::AlarmId;

use super::steer::{self, Done};
use super::wish::Wish;
use crate::address::Segment;
use crate::place::Place;
use crate::server::LineSight;
use crate::site::Site;

/// A person has seen an alarm: that is written into the log, then the machine is told.
pub(super) async fn acknowledge(
    State(site): State<Arc<Site>>,
    Path((name, alarm)): Path<(String, u64)>,
    wish: Wish,
) -> Response {
    let home = (Place::Machine(name.clone()), format!("/machines/{}", Segment(&name).encoded()));
    let language = wish.visitor.language;
    let outcome = move |site: &Arc<Site>, actor: &Actor| {
        let machine = MachineName(name);
        if !site.knows_machine(&machine) {
            return Done::Nothing(steer::no_machine(site, language, &machine));
        }
        let waiting = site.line().and_then(|line| Some((waiting_code(&line, &machine, alarm)?, line)));
        let Some((code, line)) = waiting else {
            return Done::Unfit(Text::NoAlarmThere.of(language).to_owned());
        };
        let deed = Deed::AlarmAcknowledged { machine: machine.clone(), alarm, code };
        if let Err(error) = steer::commit(site, actor, deed) {
            return Done::Refused(error);
        }
        let is_told = line.steering.acknowledge(&machine, AlarmId(alarm));
        Done::Yes(if is_told { "acknowledge" } else { "acknowledge-untold" })
    };
    steer::answer(site, wish, home, outcome).await
}

/// The code of an alarm that waits to be acknowledged, as the line sees it now; none when there is no such alarm, or when
/// its machine cannot be told.
fn waiting_code(line: &LineSight, machine: &MachineName, alarm: u64) -> Option<String> {
    let sights = line.watch.machines();
    let sight = sights.iter().find(|sight| sight.machine == *machine && sight.is_linked && sight.halted.is_none())?;
    let known = sight.alarms.iter().find(|known| known.id.0 == alarm && !known.is_acknowledged)?;
    Some(alarm_code(&known.code).to_owned())
}
