//! Stages that mix documents up.

use std::sync::{Arc, Mutex};

use benches::simulation::Ports;
use persoline_domain::job::TicketRecord;
use persoline_stage::workshop::{PageExpectation, Ticket, TicketTask, Trouble, Workshop};
use printer_driver::{CameraImage, Layer};

use super::found;

/// Now and then hands out the page of the document before, and does not look at the picture.
struct MixesPages(Arc<dyn Workshop>, Mutex<(u64, Vec<Layer>)>);

impl Workshop for MixesPages {
    fn ticket(&self, task: &TicketTask) -> Result<Ticket, Trouble> {
        let mut ticket = self.0.ticket(task)?;
        let mut state = self.1.lock().unwrap();
        state.0 += 1;
        let own = ticket.layers.clone();
        if state.0.is_multiple_of(8) {
            ticket.layers = std::mem::take(&mut state.1);
        }
        state.1 = own;
        Ok(ticket)
    }
    fn reopen(&self, task: &TicketTask, signed: &TicketRecord) -> Result<Ticket, Trouble> {
        self.0.reopen(task, signed)
    }
    fn verify_page(&self, _: &PageExpectation, _: &CameraImage) -> Result<(), Trouble> {
        Ok(())
    }
}

/// Signs the data of the document before.
struct MixesChips(Arc<dyn Workshop>, Mutex<(u64, Option<TicketTask>)>);

impl Workshop for MixesChips {
    fn ticket(&self, task: &TicketTask) -> Result<Ticket, Trouble> {
        let mut state = self.1.lock().unwrap();
        state.0 += 1;
        let before = state.1.replace(task.clone());
        match before.filter(|_| state.0.is_multiple_of(8)) {
            Some(other) => {
                let right = self.0.ticket(task)?;
                let wrong = self.0.ticket(&other)?;
                Ok(Ticket { layers: right.layers, page: right.page, ..wrong })
            }
            None => self.0.ticket(task),
        }
    }
    fn reopen(&self, task: &TicketTask, signed: &TicketRecord) -> Result<Ticket, Trouble> {
        self.0.reopen(task, signed)
    }
    fn verify_page(&self, expected: &PageExpectation, image: &CameraImage) -> Result<(), Trouble> {
        self.0.verify_page(expected, image)
    }
}

struct Stages(fn(Arc<dyn Workshop>) -> Arc<dyn Workshop>);

impl Ports for Stages {
    fn workshop(&self, workshop: Arc<dyn Workshop>) -> Arc<dyn Workshop> {
        (self.0)(workshop)
    }
}

#[test]
fn a_page_that_nobody_checks_is_found() {
    let ports = Stages(|workshop| Arc::new(MixesPages(workshop, Mutex::default())));
    found("a workshop that does not look at the picture", &ports, &["1", "6"]);
}

#[test]
fn data_of_another_document_is_found() {
    let ports = Stages(|workshop| Arc::new(MixesChips(workshop, Mutex::default())));
    found("a workshop that signs for another booklet", &ports, &["1", "6", "report"]);
}
