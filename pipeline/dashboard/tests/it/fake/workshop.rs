//! A workshop that makes nothing, but takes its time.

use std::time::Duration;

use persoline_domain::clock::Date;
use persoline_domain::identifiers::{Digest, SignerName};
use persoline_domain::job::TicketRecord;
use persoline_domain::personal::Personal;
use persoline_domain::seal::SealedPayload;
use persoline_stage::workshop::{
    Blame, ChipTurn, Conversation, PageExpectation, Signed, Ticket, TicketTask, Trouble, Workshop,
};
use printer_driver::{ApduScript, CameraImage};

pub(crate) struct IdleWorkshop {
    pub(crate) preparation: Duration,
}

impl Workshop for IdleWorkshop {
    fn ticket(&self, task: &TicketTask) -> Result<Ticket, Trouble> {
        std::thread::sleep(self.preparation);
        Ok(Ticket {
            signed: Some(Signed {
                record: TicketRecord {
                    issued: task.today,
                    expires: Date::constant(2036, 11, 20),
                    security_object: Digest([0; 32]),
                    signer: SignerName::from("DS-1"),
                },
                document: SealedPayload { wrapped_key: Vec::new(), ciphertext: Vec::new() },
            }),
            layers: Vec::new(),
            page: PageExpectation {
                mrz: Personal::new([task.serial.0.clone(), String::new()]),
                card_access_number: None,
            },
            package: None,
            conversation: Box::new(Talk(0)),
        })
    }

    fn reopen(&self, task: &TicketTask, _: &TicketRecord) -> Result<Ticket, Trouble> {
        self.ticket(task)
    }

    fn verify_page(&self, expected: &PageExpectation, _: &CameraImage) -> Result<(), Trouble> {
        std::thread::sleep(self.preparation);
        // One page in about twenty is engraved badly.
        if expected.mrz.expose()[0].ends_with("13") {
            return Err(Trouble::new(Blame::Booklet, "mrz_unreadable", "the camera saw no MRZ"));
        }
        Ok(())
    }
}

/// Writes, asks before the lock, locks and reads back.
struct Talk(u32);

impl Conversation for Talk {
    fn turn(&mut self, _: Option<Vec<Vec<u8>>>) -> ChipTurn {
        self.0 += 1;
        let script = ApduScript::new(vec![vec![0; 5]]);
        match self.0 {
            1 | 3 => ChipTurn::Send(script),
            2 => ChipTurn::BeforeLock,
            _ => ChipTurn::Done,
        }
    }
}
