//! What a seed has in store, drawn before anything happens.

use mock_devices::machine::{FaultKind, FaultPlan};
use persoline_domain::application::DocumentType;
use persoline_domain::clock::Timestamp;
use persoline_domain::order::Priority;
use persoline_domain::policy::CentrePolicy;

use super::crash::{POINTS, SIDES, Side};
use super::dice::Dice;
use super::link::LinkRates;

/// 23 November 2026, 09:00 in Hong Kong, a Monday.
const MORNING: i64 = 1_795_395_600_000;
/// Ten minutes before the midnight that follows.
const LATE: i64 = MORNING + (14 * 60 + 50) * 60_000;
/// One minute.
const MINUTE: u64 = 60_000;

/// How a seed is run.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Its stages, keys and chips are those of production.
    pub is_real: bool,
    /// Nothing goes wrong in it, and there is more than enough capacity.
    pub is_calm: bool,
    /// When it begins.
    pub start: Timestamp,
    /// How long faults strike, in milliseconds from the beginning.
    pub troubled_until: u64,
    /// What is to be made.
    pub orders: Vec<OrderPlan>,
    /// On what.
    pub machines: Vec<MachinePlan>,
    /// The centre's own care.
    pub policy: CentrePolicy,
    /// How links fail.
    pub link: LinkRates,
    /// How often the workshop fails, in ten thousand of each step.
    pub workshop: u64,
    /// How often a receiver of reports fails, in a thousand deliveries.
    pub receiver: u64,
    /// Where hosts die.
    pub crashes: Vec<CrashPlan>,
    /// What happens at given moments, earliest first.
    pub turns: Vec<(u64, Turn)>,
    /// How busy people are with orders and documents, in a thousand looks.
    pub meddling: u64,
}

/// An order.
#[derive(Debug, Clone, Copy)]
pub struct OrderPlan {
    /// When it comes in.
    pub at: u64,
    /// What is to be made.
    pub document: DocumentType,
    /// How urgent.
    pub priority: Priority,
    /// Days from the first day to the due date; may be negative.
    pub due_in: i32,
    /// Whether it is of the person of the order before it.
    pub same_person: bool,
}

/// A machine.
#[derive(Debug, Clone)]
pub struct MachinePlan {
    /// What the centre calls it.
    pub name: &'static str,
    /// What goes wrong in it.
    pub faults: FaultPlan,
    /// Booklets that its stacks hold.
    pub stack_capacity: u32,
    /// Booklets under way at once.
    pub jobs_at_once: u32,
    /// Whether it engraves numbers.
    pub engraves: bool,
}

/// Where a host dies: the step, and how often it is passed before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CrashPlan {
    /// The step.
    pub point: &'static str,
    /// Before or after it.
    pub side: Side,
    /// How often it goes well first.
    pub skip: u64,
}

/// Something that happens to the centre.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Another host takes control while the first lives on.
    SecondHost,
    /// The disk is full for so many milliseconds.
    DiskFull(u64),
    /// The host's clock jumps by so many milliseconds.
    ClockJumps(i64),
    /// Power of a machine is cut.
    PowerCut(usize),
    /// A machine's controller starts anew.
    ControllerRestarts(usize),
    /// Nobody can speak to a machine for so many milliseconds; it works on by itself.
    MachineDead(usize, u64),
    /// A shift ends, and the next begins.
    ShiftEnds,
    /// A booklet that is in no delivery gets into a feeder.
    ForeignBooklet(usize),
    /// A booklet has another chip than its delivery file says.
    OtherChip(usize),
    /// Somebody stops a machine at its panel.
    Panel(usize),
}

/// The first moment of most seeds.
pub fn first_moment() -> Timestamp {
    Timestamp(MORNING)
}

impl Plan {
    /// The plan of a seed.
    pub fn draw(seed: u64) -> Plan {
        let dice = &mut Dice::new(seed, "plan");
        // The rarest things come in turn, so that a few hundred seeds meet all of them.
        let is_real = seed % 50 == 49;
        let is_calm = seed % 16 == 5 && !is_real;
        let troubled_until = dice.between(8, 30) * MINUTE;
        let start = Timestamp(if dice.per_mille(200) { LATE } else { MORNING });
        let mut machines = draw_machines(seed, is_calm, dice);
        if is_real {
            machines.truncate(2);
        }
        let count = machines.len() as u64;
        let mut plan = Plan {
            is_real,
            is_calm,
            start,
            troubled_until,
            orders: draw_orders(is_calm, is_real, dice),
            policy: CentrePolicy {
                remake_approvals: [0, 0, 1, 2, 2][usize::try_from(dice.below(5)).unwrap_or(0)],
                first_piece: dice.per_mille(400),
                sample_every: if dice.per_mille(400) { u32::try_from(dice.between(2, 5)).unwrap_or(2) } else { 0 },
            },
            machines,
            link: LinkRates::default(),
            workshop: 0,
            receiver: 0,
            crashes: Vec::new(),
            turns: Vec::new(),
            meddling: 0,
        };
        if is_calm {
            plan.policy = CentrePolicy::default();
            return plan;
        }
        let sometimes = |dice: &mut Dice, most: u64| if dice.per_mille(600) { dice.below(most + 1) } else { 0 };
        plan.link = LinkRates {
            request_lost: sometimes(dice, 12),
            answer_lost: sometimes(dice, 12),
            cut: sometimes(dice, 5),
            held_back: sometimes(dice, 40),
            told_twice: sometimes(dice, 60),
        };
        plan.workshop = sometimes(dice, 30);
        plan.receiver = sometimes(dice, 200);
        plan.meddling = sometimes(dice, 120);
        plan.draw_turns(count, dice);
        plan.draw_crashes(seed, dice);
        plan
    }

    fn draw_turns(&mut self, machines: u64, dice: &mut Dice) {
        let end = self.troubled_until;
        let site = |dice: &mut Dice| usize::try_from(dice.below(machines)).unwrap_or(0);
        let mut turns = Vec::new();
        let mut draw = |rate: u64, dice: &mut Dice, turn: &dyn Fn(&mut Dice) -> Turn| {
            if dice.per_mille(rate) {
                let at = dice.below(end);
                turns.push((at, turn(dice)));
            }
        };
        draw(250, dice, &|_| Turn::SecondHost);
        draw(150, dice, &|dice| Turn::DiskFull(dice.between(5, 90) * 1000));
        draw(250, dice, &|dice| {
            let by = i64::try_from(dice.between(1, 120_000)).unwrap_or(1);
            Turn::ClockJumps(if dice.per_mille(500) { by } else { -by })
        });
        draw(350, dice, &|dice| Turn::PowerCut(site(dice)));
        draw(250, dice, &|dice| Turn::ControllerRestarts(site(dice)));
        draw(350, dice, &|dice| Turn::MachineDead(site(dice), dice.between(4, 12) * MINUTE));
        draw(250, dice, &|_| Turn::ShiftEnds);
        draw(150, dice, &|dice| Turn::ForeignBooklet(site(dice)));
        draw(150, dice, &|dice| Turn::OtherChip(site(dice)));
        draw(250, dice, &|dice| Turn::Panel(site(dice)));
        turns.sort_by_key(|(at, _)| *at);
        self.turns = turns;
    }

    fn draw_crashes(&mut self, seed: u64, dice: &mut Dice) {
        for number in 0..dice.below(6).max(u64::from(self.is_real)) {
            let index = if number == 0 { seed / 2 } else { dice.draw() };
            let side = SIDES[usize::try_from(if number == 0 { seed % 2 } else { dice.below(2) }).unwrap_or(0)];
            let mut point = POINTS[usize::try_from(index % POINTS.len() as u64).unwrap_or(0)];
            let mut side = side;
            if self.is_real && number == 0 {
                // Machines encode by themselves in these seeds only.
                (point, side) = ("submit encode", SIDES[usize::try_from(seed / 50 % 2).unwrap_or(0)]);
            }
            // What is rare comes once or not at all.
            let is_rare = ["submit encode", "commit abandoned", "take fence", "submit photograph", "commit withdrawn"]
                .contains(&point);
            let skip = if is_rare { 0 } else { dice.below(4) * dice.below(5) };
            if matches!(point, "commit abandoned" | "take fence") {
                // Early, while there is work, and for long enough.
                let site = usize::try_from(dice.below(self.machines.len() as u64)).unwrap_or(0);
                let at = dice.between(38_000, 120_000);
                self.turns.push((at, Turn::MachineDead(site, dice.between(4, 8) * MINUTE)));
                self.turns.sort_by_key(|(at, _)| *at);
            }
            self.crashes.push(CrashPlan { point, side, skip });
        }
    }
}

fn draw_orders(is_calm: bool, is_real: bool, dice: &mut Dice) -> Vec<OrderPlan> {
    // A real document costs as much as a hundred others.
    let count = if is_real { dice.between(3, 5) } else { dice.between(8, 20) };
    let mut orders: Vec<OrderPlan> = (0..count)
        .map(|_| OrderPlan {
            at: if dice.per_mille(600) { 0 } else { dice.below(8 * MINUTE) },
            document: if dice.per_mille(800) { DocumentType::Passport32 } else { DocumentType::Passport48 },
            priority: if dice.per_mille(150) { Priority::Urgent } else { Priority::Normal },
            due_in: i32::try_from(dice.below(9)).unwrap_or(0) - if is_calm { 0 } else { 2 },
            same_person: !is_calm && dice.per_mille(40),
        })
        .collect();
    orders.sort_by_key(|order| order.at);
    orders
}

fn draw_machines(seed: u64, is_calm: bool, dice: &mut Dice) -> Vec<MachinePlan> {
    let names = ["north", "south", "east", "west"];
    let count = usize::try_from(dice.between(2, 4)).unwrap_or(2);
    names
        .into_iter()
        .take(count)
        .enumerate()
        .map(|(index, name)| {
            let mut faults = FaultPlan { seed: seed.wrapping_mul(16).wrapping_add(index as u64), ..FaultPlan::none() };
            if !is_calm {
                // One kind in turn, and a few by chance.
                let turn = usize::try_from(seed.wrapping_mul(4).wrapping_add(index as u64)).unwrap_or(0);
                let kinds = FaultKind::ALL;
                faults.rates_per_million.insert(kinds[turn % kinds.len()], 150_000);
                for _ in 0..dice.below(5) {
                    let kind = kinds[usize::try_from(dice.below(kinds.len() as u64)).unwrap_or(0)];
                    faults.rates_per_million.insert(kind, u32::try_from(dice.between(10_000, 150_000)).unwrap_or(0));
                }
            }
            MachinePlan {
                name,
                faults,
                stack_capacity: u32::try_from(dice.between(3, 12)).unwrap_or(12),
                jobs_at_once: u32::try_from(dice.between(1, 6)).unwrap_or(4),
                engraves: index % 2 == 1,
            }
        })
        .collect()
}
