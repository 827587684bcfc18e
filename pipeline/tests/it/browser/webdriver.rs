//! Just enough of WebDriver (W3C) to drive a Chromium through chromedriver on loopback.

use std::cell::RefCell;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// Longest wait for anything to appear.
const PATIENCE: Duration = Duration::from_secs(120);
/// The key under which WebDriver names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A browser with one window.
pub(crate) struct Browser {
    driver: Child,
    port: u16,
    session: String,
    /// What the browser logged, kept because reading a log empties it.
    requests: RefCell<Vec<String>>,
    screenshots: Option<PathBuf>,
    _profile: TempDir,
}

/// Looks again and again until there is something.
pub(crate) fn eventually<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

impl Browser {
    /// Starts one with an empty profile.
    pub(crate) fn start() -> Browser {
        let profile = tempfile::tempdir().unwrap();
        let mut command = Command::new("chromedriver");
        command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut driver = command.spawn().unwrap();
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines().map_while(Result::ok);
        let port = lines.find_map(|line| {
            let told = line.split("started successfully on port ").nth(1)?;
            told.trim_end_matches('.').parse().ok()
        });
        std::thread::spawn(move || lines.for_each(drop));
        let mut browser = Browser {
            driver,
            port: port.unwrap(),
            session: String::new(),
            requests: RefCell::default(),
            screenshots: std::env::var_os("PERSOLINE_SCREENSHOTS").map(PathBuf::from),
            _profile: profile,
        };
        let profile = format!("--user-data-dir={}", browser._profile.path().display());
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--lang=en-GB",
            "--window-size=1440,1500",
            &profile,
        ];
        let capabilities = json!({
            "browserName": "chrome",
            "goog:chromeOptions": { "args": arguments },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        });
        let begun = browser.call("POST", "/session", &json!({ "capabilities": { "alwaysMatch": capabilities } }));
        browser.session = begun["sessionId"].as_str().unwrap().to_owned();
        browser
    }

    /// Ends it.
    pub(crate) fn quit(self) {
        self.call("DELETE", &format!("/session/{}", self.session), &Value::Null);
    }

    pub(crate) fn open(&self, address: &str) {
        self.post("url", &json!({ "url": address }));
    }

    pub(crate) fn address(&self) -> String {
        self.get("url").as_str().unwrap().to_owned()
    }

    pub(crate) fn title(&self) -> String {
        self.get("title").as_str().unwrap().to_owned()
    }

    /// Runs a script's text and gives what it returns.
    pub(crate) fn script(&self, text: &str) -> Value {
        self.post("execute/sync", &json!({ "script": text, "args": [] }))
    }

    /// How many elements a selector finds.
    pub(crate) fn count(&self, selector: &str) -> usize {
        let found = self.post("elements", &json!({ "using": "css selector", "value": selector }));
        found.as_array().unwrap().len()
    }

    /// Waits until a selector finds something.
    pub(crate) fn wait_for(&self, selector: &str) {
        let begun = Instant::now();
        while self.count(selector) == 0 {
            if begun.elapsed() > PATIENCE {
                self.picture("waited-in-vain");
                panic!("waited in vain at {} for {selector}; the page says\n{}", self.address(), self.text("body"));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Clicks with the mouse; pages change under it, so an element that was just replaced is looked up again.
    pub(crate) fn click(&self, selector: &str) {
        eventually(selector, || {
            let element = self.find(selector)?;
            self.try_post(&format!("element/{element}/click"), &json!({})).ok()
        });
    }

    /// Writes into a field.
    pub(crate) fn write(&self, selector: &str, text: &str) {
        self.wait_for(selector);
        let element = self.find(selector).unwrap();
        self.post(&format!("element/{element}/value"), &json!({ "text": text }));
    }

    /// The text that an element shows.
    pub(crate) fn text(&self, selector: &str) -> String {
        eventually(selector, || {
            let element = self.find(selector)?;
            let text = self.try_call("GET", &self.path(&format!("element/{element}/text")), &Value::Null).ok()?;
            Some(text.as_str()?.to_owned())
        })
    }

    /// A number in an attribute.
    pub(crate) fn number(&self, selector: &str, attribute: &str) -> f64 {
        let text = self.script(&format!("return document.querySelector(\"{selector}\").getAttribute(\"{attribute}\")"));
        text.as_str().unwrap().parse().unwrap()
    }

    pub(crate) fn resize(&self, width: u32, height: u32) {
        self.post("window/rect", &json!({ "width": width, "height": height }));
    }

    /// Takes a picture of what the window shows, where pictures are wanted.
    pub(crate) fn picture(&self, name: &str) {
        let Some(folder) = &self.screenshots else { return };
        std::fs::create_dir_all(folder).unwrap();
        let coded = self.get("screenshot");
        std::fs::write(folder.join(format!("{name}.png")), base64(coded.as_str().unwrap())).unwrap();
    }

    /// Every address that was asked for so far.
    pub(crate) fn requests(&self) -> Vec<String> {
        let mut requests = self.requests.borrow_mut();
        for entry in self.log("performance") {
            let message: Value = serde_json::from_str(entry["message"].as_str().unwrap()).unwrap();
            if message["message"]["method"] == "Network.requestWillBeSent" {
                requests.push(message["message"]["params"]["request"]["url"].as_str().unwrap().to_owned());
            }
        }
        requests.clone()
    }

    /// What pages complained about on the console.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let entries = self.log("browser");
        let is_complaint = |entry: &&Value| entry["level"] == "SEVERE" || entry["level"] == "WARNING";
        entries.iter().filter(is_complaint).map(Value::to_string).collect()
    }

    fn log(&self, kind: &str) -> Vec<Value> {
        self.post("se/log", &json!({ "type": kind })).as_array().unwrap().clone()
    }

    fn find(&self, selector: &str) -> Option<String> {
        let found = self.try_post("element", &json!({ "using": "css selector", "value": selector })).ok()?;
        Some(found[ELEMENT].as_str()?.to_owned())
    }

    fn path(&self, command: &str) -> String {
        format!("/session/{}/{command}", self.session)
    }

    fn get(&self, command: &str) -> Value {
        self.call("GET", &self.path(command), &Value::Null)
    }

    fn post(&self, command: &str, body: &Value) -> Value {
        self.call("POST", &self.path(command), body)
    }

    fn try_post(&self, command: &str, body: &Value) -> Result<Value, String> {
        self.try_call("POST", &self.path(command), body)
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        self.try_call(method, path, body).unwrap_or_else(|error| panic!("{method} {path} {body}: {error}"))
    }

    /// One request on a connection of its own; the error that WebDriver names, or the value that it answers.
    fn try_call(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\nConnection: close\r\n\r\n{body}",
            self.port
        )
        .unwrap();
        let mut reader = BufReader::new(stream);
        let (mut line, mut length) = (String::new(), 0);
        loop {
            line.clear();
            reader.read_line(&mut line).unwrap();
            let header = line.trim().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut answer = vec![0; length];
        reader.read_exact(&mut answer).unwrap();
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        match answer["value"]["error"].as_str() {
            Some(error) => Err(format!("{error}: {}", answer["value"]["message"])),
            None => Ok(answer["value"].clone()),
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // chromedriver takes its Chromium with it when the session is ended, also after a failure.
        if !self.session.is_empty() {
            let _ = self.try_call("DELETE", &format!("/session/{}", self.session), &Value::Null);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Decodes base64 (RFC 4648 4).
fn base64(text: &str) -> Vec<u8> {
    let value = |letter: u8| match letter {
        b'A'..=b'Z' => Some(letter - b'A'),
        b'a'..=b'z' => Some(letter - b'a' + 26),
        b'0'..=b'9' => Some(letter - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let (mut bits, mut count, mut out) = (0_u32, 0, Vec::new());
    for six in text.bytes().filter_map(value) {
        bits = bits << 6 | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
        }
    }
    out
}
