//! Keys, passphrases, and specimen kept apart from real states.

mod apart;

use persoline_render::portrait::decode::{self, DecodeLimits};

use crate::support::{Centre, Ended, PASSPHRASE, persoline, sample_records};

#[test]
fn a_second_ceremony_is_refused_and_the_first_keys_stay() {
    let centre = Centre::with_keys();
    let before = centre.run(&["keys", "status", "--json"]).with(0, &[]).out;
    centre.run(&["keys", "ceremony"]).with(4, &["keys"]);
    assert_eq!(centre.run(&["keys", "status", "--json"]).with(0, &[]).out, before);
}

#[test]
fn certificates_of_links_are_made_once_and_verified_by_openssl() {
    let centre = Centre::empty();
    let out = centre.input("link");
    let make = ["keys", "link", "--out", &out, "--machine", "machine.example", "--machine", "10.0.0.5"];
    centre.run(&make).with(0, &["keep authority.key away"]);
    let authority = std::fs::read(format!("{out}/authority.pem")).expect("a certificate");
    centre.run(&make).with(3, &["is there already"]);
    assert_eq!(std::fs::read(format!("{out}/authority.pem")).expect("a certificate"), authority);
    centre.run(&["keys", "link", "--out", &out]).with(2, &["--machine"]);
    for (name, purpose) in [("host", "sslclient"), ("machine", "sslserver")] {
        let verify =
            ["verify", "-CAfile", "authority.pem", "-purpose", purpose, &format!("{name}.pem")].map(str::to_owned);
        match std::process::Command::new("openssl").args(verify).current_dir(&out).output() {
            Ok(output) => assert!(output.status.success(), "{output:?}"),
            Err(error) => println!("not run: no openssl ({error})"),
        }
    }
}

#[test]
fn a_wrong_or_missing_passphrase_opens_nothing() {
    let centre = Centre::with_blanks(2, 2);
    let records = centre.write_records("orders.jsonl", &sample_records()[..1]);
    for command in [&["run"][..], &["intake", "--unsigned", &records], &["export", "--out", &centre.input("out")]] {
        let run = |passphrase: Option<&str>| {
            let mut asked = centre.command(command);
            asked.env_remove("PERSOLINE_PASSPHRASE");
            if let Some(passphrase) = passphrase {
                asked.env("PERSOLINE_PASSPHRASE", passphrase);
            }
            Ended::of(asked.output().expect("the program starts"))
        };
        run(None).with(4, &["the passphrase of the keys is needed", "--passphrase-file", "PERSOLINE_PASSPHRASE"]);
        run(Some("")).with(4, &["the passphrase of the keys is needed"]);
        let wrong = run(Some("not this one")).with(4, &["passphrase"]);
        assert!(!wrong.err.contains("not this one"));
    }
    let status = centre.run(&["status", "--json"]).json();
    assert_eq!(status["orders"]["waiting"], 0);

    // From a file, with the line's end that an editor leaves.
    let file = centre.write_input("passphrase.txt", format!("{PASSPHRASE}\n").as_bytes());
    let mut asked = persoline();
    asked.arg("--data").arg(&centre.data).args(["--passphrase-file", &file, "intake", "--unsigned", &records]);
    Ended::of(asked.output().expect("the program starts")).with(0, &["1 accepted"]);
    centre.run(&["--passphrase-file", &centre.input("none"), "run"]).with(5, &["check the name"]);
}

#[test]
fn a_real_state_needs_the_flag_and_its_pages_are_no_specimens() {
    let real = ["--state", "CHN", "--country", "CN", "--name", "EXAMPLE STATE", "--authority", "EXAMPLE AUTHORITY"];
    let centre = Centre::empty();
    centre.run(&[&["keys", "ceremony"][..], &real].concat()).with(3, &["--production"]);
    assert!(!centre.data.join("keys").exists(), "no key is made for a refused state");
    centre.run(&[&["keys", "ceremony", "--production"][..], &real].concat()).with(0, &["keys for CHN"]);
    centre.receive(4, 4);

    // A real state takes only files that its register signed.
    let signed = records_with_digests(&centre, 2);
    centre.run(&["intake", "--unsigned", &signed]).with(3, &["signed by the issuing register", "--register-key"]);
    centre.run(&["intake", &signed]).with(3, &["--register-key"]);
    let Some(key) = sign(&centre, &signed) else {
        println!("not run: no openssl to sign a file with");
        return;
    };
    centre.run(&["intake", "--register-key", &key, &signed]).with(0, &["2 accepted"]);
    centre.run(&["run", "--scale", "1000"]).with(0, &["done: nothing waits"]);
    let (text, red) = exported(&centre);
    assert!(red < 50, "{red} thousandths are in the ink of specimens");
    assert!(text.as_ref().is_none_or(|text| text.contains("CHN") && text.contains("EXAMPLE AUTHORITY")), "{text:?}");
    assert!(text.as_ref().is_none_or(|text| !text.to_uppercase().contains("SPECIMEN")), "{text:?}");

    // A changed file is not what was signed.
    let mut bytes = std::fs::read(&signed).expect("a file");
    bytes.push(b'\n');
    std::fs::write(&signed, bytes).expect("a file");
    centre.run(&["intake", "--register-key", &key, &signed]).with(3, &["signature"]);
}

#[test]
fn pages_of_the_specimen_state_say_so() {
    let centre = Centre::with_blanks(4, 4);
    centre.feed("orders.jsonl", &sample_records()[..1]).with(0, &[]);
    centre.run(&["run", "--scale", "1000"]).with(0, &["done: nothing waits"]);
    let (text, red) = exported(&centre);
    assert!(red > 80, "{red} thousandths are in the ink of specimens");
    assert!(text.as_ref().is_none_or(|text| text.contains("UTO")), "{text:?}");
}

/// Exports every document; answers the pages' text by poppler, and how much of the reddest page is in the ink of the word
/// that specimens bear across their middle, in thousandths. The word is drawn, not written, so it is in no text.
fn exported(centre: &Centre) -> (Option<String>, u64) {
    let out = centre.input("pages");
    let written = centre.run(&["export", "--out", &out, "--json"]).with(0, &[]).json();
    let folders =
        written.as_array().expect("documents").iter().map(|document| document["folder"].as_str().expect("one"));
    let (mut text, mut red) = (Some(String::new()), 0);
    for folder in folders {
        red = red.max(redness(&std::fs::read(format!("{folder}/datapage.png")).expect("a page")));
        match std::process::Command::new("pdftotext").args([&format!("{folder}/datapage.pdf"), "-"]).output() {
            Ok(output) => text.iter_mut().for_each(|text| text.push_str(&String::from_utf8_lossy(&output.stdout))),
            Err(error) if std::env::var("CI").is_ok_and(|ci| ci == "true") => panic!("pdftotext: {error}"),
            Err(error) => {
                println!("not read: the pages' text ({error})");
                text = None;
            }
        }
    }
    (text, red)
}

/// Thousandths of the page's middle, right of the portrait, that are redder than anything else.
fn redness(png: &[u8]) -> u64 {
    let page = decode::decode(png, &DecodeLimits::default()).expect("a page").to_rgb();
    // The page is 125 by 88 mm (TD3).
    let at = |millimetres: u32| millimetres * page.width() / 125;
    let points = (at(22)..at(58)).flat_map(|y| (at(50)..at(100)).map(move |x| (x, y)));
    let is_red = |(x, y): &(u32, u32)| match page.pixel(*x, *y) {
        Some([red, green, blue]) => *red > green.saturating_add(15) && *red > blue.saturating_add(15),
        _ => false,
    };
    let (all, red) = (points.clone().count() as u64, points.filter(is_red).count() as u64);
    red * 1000 / all
}

fn records_with_digests(centre: &Centre, count: usize) -> String {
    let mut records = sample_records();
    records.truncate(count);
    centre.write_records("signed.jsonl", &records);
    for record in &mut records {
        for picture in ["portrait", "signature"] {
            let Some(file) = record[picture]["file"].as_str() else { continue };
            let bytes = std::fs::read(centre.inputs.join(file)).expect("a picture");
            record[picture]["sha256"] = hexadecimal(&bytes).into();
        }
    }
    centre.write_records("signed.jsonl", &records)
}

fn hexadecimal(bytes: &[u8]) -> String {
    chip_profile::ec::HashAlgorithm::Sha256.digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Signs a file as a register would, with a stranger's tools; answers the public key's file.
fn sign(centre: &Centre, file: &str) -> Option<String> {
    let openssl = |arguments: &[&str]| {
        let ended = std::process::Command::new("openssl").args(arguments).output().ok()?;
        assert!(ended.status.success(), "{ended:?}");
        Some(())
    };
    let (private, public) = (centre.input("register.pem"), centre.input("register.der"));
    openssl(&["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", &private])?;
    openssl(&["ec", "-in", &private, "-pubout", "-outform", "DER", "-out", &public])?;
    openssl(&["dgst", "-sha256", "-sign", &private, "-out", &format!("{file}.sig"), file])?;
    Some(public)
}
