//! Effects of a session, carried out as the machine's thread does it.

use std::sync::Arc;

use persoline_dispatch::Fleet;
use persoline_domain::deed::Act;
use persoline_domain::identifiers::JobNumber;
use persoline_line::session::{self, Effect, Input};

use super::{Flow, Pending};
use crate::simulation::crash::{Side, point_of};
use crate::simulation::world::World;

impl World<'_> {
    /// Carries an effect out; its answer comes at once, or later.
    pub(super) fn carry_out(&mut self, id: u32, site: usize, effect: Effect) -> Flow {
        let point = point_of(&effect);
        if let Effect::Halt(why) = effect {
            return self.halted(id, site, &why);
        }
        let effect = match effect {
            Effect::Commit { job, acts } => return self.commit_later(id, site, Some(job), acts, point),
            Effect::Report(act) => return self.commit_later(id, site, None, vec![act], point),
            effect => effect,
        };
        if self.passes(point, Side::Before) {
            return Flow::Died;
        }
        let (answer, wait) = self.answer_of(id, site, effect);
        if self.passes(point, Side::After) {
            return Flow::Died;
        }
        match (answer, wait) {
            (Some(answer), Some(wait)) => {
                self.later(id, site, wait, Pending::Answer(answer));
                Flow::Goes(None)
            }
            (answer, _) => Flow::Goes(answer),
        }
    }

    fn commit_later(
        &mut self,
        id: u32,
        site: usize,
        job: Option<JobNumber>,
        acts: Vec<Act>,
        point: &'static str,
    ) -> Flow {
        let wait = self.dice.between(1, 25);
        self.later(id, site, wait, Pending::Commit { job, acts, point });
        Flow::Goes(None)
    }

    /// The answer to an effect, and how long it takes if it does not come at once.
    fn answer_of(&mut self, id: u32, site: usize, effect: Effect) -> (Option<Input>, Option<u64>) {
        let slow = self.dice.between(2, 150);
        let books = Arc::clone(&self.books);
        let workshop = Arc::clone(&self.workshop);
        if let Effect::Submit(command) = &effect {
            self.tell(format_args!(
                "host {id} {}: {} {:?}",
                self.name_of(site),
                point_of(&effect),
                command.operation.job()
            ));
        }
        let fleet = self.fleet_without(id, site);
        let Some(name) = self.sites.get(site).map(|site| site.name.clone()) else { return (None, None) };
        let Some(running) = self.running(id, site) else { return (None, None) };
        let driver = &mut running.driver;
        match effect {
            Effect::Attach(token) => {
                let answer =
                    driver.attach(token).and_then(|attached| Ok((attached, driver.describe()?, driver.snapshot()?)));
                (Some(Input::Attached(answer.map(Box::new))), None)
            }
            Effect::Submit(command) => {
                let result = driver.submit(&command);
                (Some(Input::Submitted { key: command.key, result }), None)
            }
            Effect::AskJournal(key) => (Some(Input::Journal { key, result: driver.journal(key) }), None),
            Effect::FetchImage { job, image } => (Some(Input::Image { job, result: driver.image(image) }), None),
            Effect::ListWaiting { documents, limit } => {
                let listing = session::list(&*books, &name, &documents, limit, fleet);
                (Some(Input::Waiting(listing)), None)
            }
            Effect::AskBooklet { job, serial } => {
                let result = session::check_booklet(&*books, job, &serial);
                (Some(Input::Booklet { job, result }), None)
            }
            Effect::TakeFence => {
                let fence = books.take_fence(&name);
                (Some(Input::Fence(fence)), None)
            }
            Effect::AskStop(job) => {
                let result = books.job(job).map(|record| record.is_none_or(|record| record.stop_requested));
                (Some(Input::Stop { job, result }), None)
            }
            Effect::Ticket { task, signed } => {
                let result = match &signed {
                    None => workshop.ticket(&task),
                    Some(record) => workshop.reopen(&task, record),
                };
                (Some(Input::Ticketed { job: task.job, result: result.map(Box::new) }), Some(slow))
            }
            Effect::TurnChip { job, mut conversation, answers } => {
                let turn = conversation.turn(answers);
                (Some(Input::ChipTurned { job, conversation, turn }), Some(slow / 10))
            }
            Effect::VerifyPage { job, expected, image } => {
                (Some(Input::PageVerified { job, result: workshop.verify_page(&expected, &image) }), Some(slow))
            }
            Effect::Commit { .. } | Effect::Report(_) | Effect::Halt(_) => (None, None),
        }
    }

    /// The host's other machines, as it sees them.
    fn fleet_without(&self, id: u32, site: usize) -> Fleet {
        let running = self.host(id).and_then(|index| self.hosts.get(index)).map(|host| &host.running);
        let others = running.into_iter().flatten().enumerate().filter(|(index, one)| *index != site && !one.has_halted);
        Fleet { others: others.map(|(_, one)| one.session.fleet_member()).collect() }
    }

    /// A session has ended by itself: fenced off by another host, or the store does not work.
    fn halted(&mut self, id: u32, site: usize, why: &str) -> Flow {
        self.tell(format_args!("host {id} {} halts: {why}", self.name_of(site)));
        if why.contains("another host") {
            if let Some(running) = self.running(id, site) {
                running.has_halted = true;
            }
            let Some(index) = self.host(id) else { return Flow::Died };
            let is_over = self.hosts.get(index).is_some_and(|host| host.running.iter().all(|one| one.has_halted));
            return if is_over { Flow::Died } else { Flow::Goes(None) };
        }
        if !why.contains("disk is full") {
            self.violated("6", format!("host {id} cannot go on by itself with machine {}: {why}", self.name_of(site)));
        }
        Flow::Died
    }
}
