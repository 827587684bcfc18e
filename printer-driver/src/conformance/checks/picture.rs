use super::super::bench::{Bench, Result, demand, failed};
use super::Check;
use crate::{Completion, ErrorKind, ImageId, Operation, Stack};

pub(super) const PICTURES: Check = Check {
    name: "pictures",
    demand: "the picture that a completion names can be fetched until the booklet is put out, and others cannot",
    run: pictures,
};

pub(super) const AGAIN: Check = Check {
    name: "pictures again",
    demand: "a marked page is photographed again without being marked again",
    run: again,
};

fn pictures(bench: &mut Bench<'_>) -> Result<()> {
    bench.ready()?;
    bench.load_only(1)?;
    let booklet = bench.encoded()?;
    let image = bench.mark(&booklet)?;
    look(bench, image)?;
    look(bench, image)?;
    let answer = bench.driver()?.image(ImageId(u64::MAX));
    match answer {
        Err(error) => bench.refused_as(&error, &[ErrorKind::NotFound], "a picture that was never taken")?,
        Ok(_) => return failed("a picture was given that was never taken", "answer NotFound"),
    }
    bench.deliver(&booklet, Stack::Good)
}

fn look(bench: &mut Bench<'_>, image: ImageId) -> Result<()> {
    let answer = bench.driver()?.image(image);
    let picture = bench.unexpected("fetching a picture", answer)?;
    bench.watch.excess("a picture", picture.check_limits());
    let pixels = (picture.width as usize).saturating_mul(picture.height as usize);
    demand(
        pixels > 0 && picture.grey.len() == pixels && picture.dots_per_inch > 0,
        || format!("{picture:?} with {} bytes", picture.grey.len()),
        "a picture has width, height, a resolution, and one byte for each pixel",
    )
}

fn again(bench: &mut Bench<'_>) -> Result<()> {
    bench.ready()?;
    bench.load_only(1)?;
    let booklet = bench.encoded()?;
    let photograph = Operation::Photograph { job: booklet.job };
    let error = bench.refusal(photograph.clone())?;
    bench.refused_as(
        &error,
        &[ErrorKind::Invalid, ErrorKind::WrongState, ErrorKind::Unsupported],
        "a picture of a page that is not marked",
    )?;
    bench.mark(&booklet)?;
    match bench.succeed(photograph)? {
        Completion::Personalised { image } => look(bench, image)?,
        other => return failed(format!("Photograph ended as {other:?}"), "Photograph ends as Personalised"),
    }
    bench.marks_are(&booklet.serial, 1)?;
    let order = bench.page_order(&booklet);
    let error = bench.refusal(order)?;
    bench.refused_as(&error, &[ErrorKind::Invalid, ErrorKind::WrongState], "marking a marked page")?;
    bench.marks_are(&booklet.serial, 1)?;
    bench.deliver(&booklet, Stack::Good)
}
