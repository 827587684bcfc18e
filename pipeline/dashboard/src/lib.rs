//! What operators of the centre see and steer.
//!
//! [`Dashboard::serve`] starts a small web server in a thread of its own. Its pages are rendered here, in English or
//! Traditional Chinese; they work without script, and with script they follow the line by server-sent events. Persons
//! pause and resume machines, hold and release orders; each such act is committed through the store with its actor.
//!
//! Only identifiers are shown: what is personal stays sealed. A request must name this computer as its host, and one that
//! changes something must come from a page of the dashboard itself, so that a web page elsewhere cannot steer the centre.
//!
//! | route | what |
//! |---|---|
//! | `/` | overview: pace, stages, machines, due dates, stock, newest events |
//! | `/orders`, `/orders/{application}` | search, one order with its timeline; hold and release |
//! | `/machines`, `/machines/{name}` | machines and step times; one machine, pause and resume |
//! | `/stock`, `/events` | reconciliation and lists; the log, newest first |
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
mod place;
mod route;
mod sampler;
mod server;
mod site;
mod visitor;

pub use server::{BilingualName, CentreSight, Dashboard, DashboardError, DashboardParts, LineSight};
