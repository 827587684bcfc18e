//! What operators of the centre see and steer.
//!
//! [`Dashboard::serve`] starts a small web server in a thread of its own. Its pages are rendered here, in English or
//! Traditional Chinese; they work without script, and with script they follow the line by server-sent events. Persons
//! steer machines, orders and batches, decide inspections, remakes and quarantines, open and close shifts; each such act is
//! committed through the store under the name that the person typed. There are no accounts yet, so nobody checks it.
//!
//! Only identifiers are shown: what is personal stays sealed. A request must name this computer as its host, and one that
//! changes something must come from a page of the dashboard itself, so that a web page elsewhere cannot steer the centre.
//!
//! | route | what |
//! |---|---|
//! | `/` | overview: pace, stages, machines, due dates, stock, newest events |
//! | `/orders`, `/orders/{application}` | search, one order with its booklets and its timeline; hold, release, make urgent, cancel |
//! | `/batches/{batch}/{act}` | what an act would do to a whole batch, to be confirmed |
//! | `/machines`, `/machines/{name}` | machines and step times; one machine; pause, resume, drain, clear, acknowledge |
//! | `/inspections`, `/remakes` | what waits for approval; approve and reject |
//! | `/shift` | open; count by hand and close |
//! | `/receivers/{name}/try` | ends the wait for a receiver of reports that turns the centre away |
//! | `/stock`, `/events` | reconciliation, lists, quarantine; the log, newest first |
//! | `/live?path=…` | changed parts of the page at that path, as server-sent events |
//! | `/api/overview.json`, `/metrics`, `/health` | for other programs |

mod address;
mod context;
mod guard;
mod html;
mod live;
mod local_time;
mod pace;
mod page;
mod part;
mod person;
mod place;
mod queues;
mod route;
mod sampler;
mod server;
mod site;
mod visitor;

pub use server::{BilingualName, CentreSight, Dashboard, DashboardError, DashboardParts, LineSight};
