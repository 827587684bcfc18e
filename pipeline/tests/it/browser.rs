//! The dashboard of a line at work, driven in a real Chromium as a person would: looked at, searched, steered.
//!
//! Needs `chromium` and `chromedriver` on the path; without them that is said, and a failure when `CI=true`. Pictures of
//! the pages go to the folder that `PERSOLINE_SCREENSHOTS` names, if it does.

mod people;
mod webdriver;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use self::webdriver::{Browser, eventually};
use crate::strangers::without;
use crate::support::{Centre, sample_records};

/// Orders that wait when the line starts.
const ORDERS: usize = 80;

/// The pages of the main navigation.
const PAGES: [&str; 8] = ["/", "/orders", "/machines", "/inspections", "/remakes", "/shift", "/stock", "/events"];

#[test]
fn a_person_watches_and_steers_the_line() {
    if is_without_browser() {
        return;
    }
    let records: Vec<Value> = sample_records().into_iter().take(ORDERS).collect();
    let centre = Centre::with_blanks(100, 80);
    centre.feed("orders.jsonl", &records).with(0, &["80 accepted"]);
    // First, so that the line has not done all before there is a browser.
    let browser = Browser::start();
    let line = RunningLine::start(&centre);

    the_overview_is_live(&browser, &line.address);
    let chosen = a_waiting_order(&browser);
    an_order_is_held_and_released(&browser, &centre, &chosen);
    a_machine_is_paused_and_resumed(&browser, &centre);
    every_page_speaks_both_languages(&browser);
    the_books_add_up(&browser);
    a_small_screen_does_not_scroll_sideways(&browser);
    nothing_came_from_elsewhere_or_complained(&browser, &line.address);
    browser.quit();
    line.end();
}

/// Whether there is no browser, which is said.
fn is_without_browser() -> bool {
    let tools = ["chromium", "chromedriver"];
    let is_there = |tool: &&str| Command::new(tool).arg("--version").stdout(Stdio::null()).status().is_ok();
    tools.iter().find(|tool| !is_there(tool)).is_some_and(|tool| without(false, &format!("no {tool}")))
}

fn the_overview_is_live(browser: &Browser, address: &str) {
    browser.open(address);
    assert!(browser.title().contains("SPECIMEN"), "{}", browser.title());
    browser.wait_for("#live[data-live-state=on]");
    browser.script("window.notReloaded = true");
    let finished = || browser.number("a[data-state=finished] b", "data-count");
    let first = finished();
    eventually("documents are finished", || (finished() > first + 1.0).then_some(()));
    browser.wait_for("article[data-machine=north][data-state=Execute]");
    browser.wait_for("article[data-machine=south][data-state=Execute]");
    assert_eq!(browser.script("return window.notReloaded"), Value::Bool(true));
    browser.picture("overview");
}

/// An order that will wait for long: the last of those that wait.
fn a_waiting_order(browser: &Browser) -> String {
    browser.click("nav a[href='/orders']");
    browser.wait_for("tr[data-order]");
    browser.picture("orders");
    browser.script("document.querySelector('#state').value = 'waiting'");
    browser.click("button[data-action=search]");
    browser.wait_for("tr[data-order][data-state=waiting]");
    let last = "return [...document.querySelectorAll('tr[data-order][data-state=waiting]')].at(-1).dataset.order";
    browser.script(last).as_str().unwrap().to_owned()
}

fn an_order_is_held_and_released(browser: &Browser, centre: &Centre, application: &str) {
    browser.click("nav a[href='/orders']");
    // People do not type capitals.
    browser.write("#search", &application.to_lowercase());
    browser.click("button[data-action=search]");
    browser.wait_for(&format!("tr[data-order='{application}']"));
    assert_eq!(browser.count("tr[data-order]"), 1);
    browser.click(&format!("tr[data-order='{application}'] a"));
    browser.wait_for(&format!(".standing[data-order='{application}'][data-state=waiting]"));
    let entries = browser.count("#timeline tbody tr");

    browser.write("#person", "m.chan");
    browser.click("#steer-order[data-action=hold]");
    browser.wait_for(&format!(".standing[data-order='{application}'][data-state=held]"));
    browser.wait_for("#notice .done");
    assert_eq!(browser.count("#timeline tbody tr"), entries + 1);
    let shown = centre.run(&["show", application, "--json"]).with(0, &[]).json();
    assert_eq!((&shown["state"], &shown["hold"]), (&Value::from("held"), &Value::from("person")));
    browser.picture("order-held");

    browser.click("#steer-order[data-action=release]");
    browser.wait_for(&format!(".standing[data-order='{application}']:not([data-state=held])"));
    let shown = centre.run(&["show", application, "--json"]).with(0, &[]).json();
    assert_eq!(shown["hold"], Value::Null);
    assert!(shown["timeline"].as_array().unwrap().len() >= entries + 2, "{shown}");
}

fn a_machine_is_paused_and_resumed(browser: &Browser, centre: &Centre) {
    let paused = || centre.run(&["status", "--json"]).with(0, &[]).json()["paused"].clone();
    assert_eq!(paused(), Value::from(Vec::<Value>::new()));
    browser.click("nav a[href='/']");
    browser.click("#steer-north[data-action=pause]");
    browser.wait_for("article[data-machine=north][data-paused=yes]");
    assert_eq!(paused(), Value::from(vec!["north"]));
    browser.wait_for("article[data-machine=south][data-paused=no]");
    browser.picture("machine-paused");
    browser.click("article[data-machine=north] h3 a");
    browser.wait_for(".standing[data-machine=north][data-paused=yes]");
    browser.picture("machine");
    browser.click("#steer-north[data-action=resume]");
    browser.wait_for(".standing[data-machine=north][data-paused=no]");
    assert_eq!(paused(), Value::from(Vec::<Value>::new()));
}

fn every_page_speaks_both_languages(browser: &Browser) {
    let address = browser.address();
    let english = browser.text("nav");
    browser.click("[data-language=zh-Hant]");
    browser.wait_for("html[lang=zh-Hant-HK]");
    assert_eq!(browser.address(), address, "the choice of a language keeps the page");
    for page in PAGES {
        browser.click(&format!("nav a[href='{page}']"));
        browser.wait_for(&format!("nav a[href='{page}'][aria-current=page]"));
        assert_eq!(browser.count("html[lang=zh-Hant-HK]"), 1);
        let heading = browser.text("main");
        assert!(heading.chars().any(|letter| ('\u{4E00}'..='\u{9FFF}').contains(&letter)), "{page}: {heading}");
        browser.picture(&format!("chinese-{}", page.trim_matches('/')));
    }
    assert_ne!(browser.text("nav"), english);
    browser.click("[data-language=en]");
    browser.wait_for("html[lang=en-GB]");
    assert_eq!(browser.text("nav"), english);
}

fn the_books_add_up(browser: &Browser) {
    browser.click("nav a[href='/stock']");
    browser.wait_for("[data-difference='0']");
    assert_eq!(browser.text("[data-stock=difference]"), "0");
    assert_eq!(browser.text("[data-stock=received]"), "180");
    browser.click("a[data-state=good]");
    browser.wait_for("tr[data-booklet][data-state=good]");
    browser.picture("stock");
    browser.click("nav a[href='/events']");
    browser.wait_for("#events tbody tr");
    browser.picture("events");
}

fn a_small_screen_does_not_scroll_sideways(browser: &Browser) {
    browser.resize(420, 1600);
    for language in ["zh-Hant", "en"] {
        browser.click(&format!("[data-language={language}]"));
        for page in PAGES {
            browser.click(&format!("nav a[href='{page}']"));
            browser.wait_for(&format!("nav a[href='{page}'][aria-current=page]"));
            nothing_sticks_out(browser, page);
            browser.picture(&format!("small-{language}-{}", page.trim_matches('/')));
        }
        for list in ["/machines", "/orders"] {
            browser.click(&format!("nav a[href='{list}']"));
            browser.wait_for(&format!("nav a[href='{list}'][aria-current=page]"));
            browser.click(&format!("main a[href^='{list}/']"));
            browser.wait_for(".standing");
            nothing_sticks_out(browser, list);
            browser.picture(&format!("small-{language}-one-of-{}", list.trim_matches('/')));
        }
    }
}

/// No part of the page is wider than the window, unless it lies in one that scrolls by itself.
fn nothing_sticks_out(browser: &Browser, page: &str) {
    let out = "const width = document.documentElement.clientWidth;
        if (document.documentElement.scrollWidth <= width) return [];
        const scrolls = part => part && (getComputedStyle(part).overflowX !== 'visible' || scrolls(part.parentElement));
        return [...document.body.querySelectorAll('*')]
            .filter(part => part.getBoundingClientRect().right > width && !scrolls(part.parentElement))
            .map(part => part.outerHTML.slice(0, 200));";
    assert_eq!(browser.script(out), Value::Array(Vec::new()), "{page} is wider than a small screen");
}

fn nothing_came_from_elsewhere_or_complained(browser: &Browser, address: &str) {
    let asked = browser.requests();
    assert!(asked.iter().any(|url| url.contains("/live?")), "{asked:?}");
    // The browser's own empty page, before ours was opened, is made of its own parts.
    let is_right = |url: &str| url.starts_with(address) || url.starts_with("data:") || url.starts_with("chrome:");
    let elsewhere: Vec<&String> = asked.iter().filter(|url| !is_right(url)).collect();
    assert!(elsewhere.is_empty(), "{elsewhere:?}");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

/// `persoline run` with its dashboard.
struct RunningLine {
    child: Option<Child>,
    address: String,
}

impl RunningLine {
    fn start(centre: &Centre) -> RunningLine {
        let mut command = centre.command(&["run", "--scale", "20", "--stay", "--dashboard", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut running = RunningLine { child: Some(child), address: String::new() };
        let mut lines = lines.map_while(Result::ok);
        let told = lines.find_map(|line| line.strip_prefix("dashboard: ").map(str::to_owned));
        running.address = told.unwrap();
        // What it says at its end must find a reader.
        std::thread::spawn(move || lines.for_each(drop));
        running
    }

    /// Ends it as Ctrl-C does.
    fn end(mut self) {
        let mut child = self.child.take().unwrap();
        assert!(child.try_wait().unwrap().is_none(), "the line ended by itself");
        let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        assert!(child.wait().unwrap().success());
    }
}

impl Drop for RunningLine {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
