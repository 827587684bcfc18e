//! The crate `dmrtd` tells what data groups say: a line with a folder in, what was read out, values with a stroke between them.
//!
//! A folder has `EF.COM.bin`, `DG1.bin`, `DG2.bin`, `DG11.bin` and `DG12.bin`.

use std::error::Error;
use std::fs;
use std::path::Path;

use chrono::NaiveDate;
use dmrtd::lds::df1::efcom::EfCOM;
use dmrtd::lds::df1::efdg1::EfDG1;
use dmrtd::lds::df1::efdg2::EfDG2;
use dmrtd::lds::df1::efdg11::EfDG11;
use dmrtd::lds::df1::efdg12::EfDG12;

fn main() -> Result<(), Box<dyn Error>> {
    for line in std::io::stdin().lines() {
        println!("{}", told(Path::new(&line?)).unwrap_or_else(|error| format!("refused: {error}")));
    }
    Ok(())
}

fn told(folder: &Path) -> Result<String, Box<dyn Error>> {
    let read = |name: &str| fs::read(folder.join(format!("{name}.bin")));
    let date = |date: NaiveDate| date.format("%y%m%d").to_string();
    let mut values = Vec::new();

    let com = EfCOM::from_bytes(read("EF.COM")?)?;
    values.extend([com.version().to_owned(), com.unicode_version().to_owned()]);
    values.push(com.dg_tags().iter().map(|tag| format!("{:02X}", tag.0)).collect());

    let dg1 = EfDG1::from_bytes(read("DG1")?)?;
    let mrz = dg1.mrz();
    values.push(format!("{:?}", mrz.version));
    values.extend(
        [&mrz.document_code, &mrz.country, &mrz.last_name, &mrz.first_name, &mrz.nationality].map(String::clone),
    );
    values.extend([mrz.document_number().to_owned(), mrz.gender.clone()]);
    values.extend([date(mrz.date_of_birth), date(mrz.date_of_expiry), mrz.optional_data().to_owned()]);

    let dg2 = EfDG2::from_bytes(read("DG2")?)?;
    let image = dg2.image_data.as_deref().unwrap_or_default();
    values.push(format!("{:?}", dg2.image_type()));
    let numbers = [
        dg2.number_of_facial_images,
        dg2.image_width,
        dg2.image_height,
        dg2.nr_feature_points,
        dg2.face_image_type,
        dg2.eye_color,
        dg2.hair_color,
        dg2.quality,
    ];
    values.extend(numbers.map(|number| number.to_string()));
    values.push(image.iter().map(|byte| format!("{byte:02x}")).collect());

    let dg11 = EfDG11::from_bytes(read("DG11")?)?;
    values.push(dg11.name_of_holder.unwrap_or_default());
    values.push(dg11.other_names.join("+"));
    values.push(dg11.personal_number.unwrap_or_default());
    values.push(dg11.full_date_of_birth.map(|date| date.format("%Y%m%d").to_string()).unwrap_or_default());
    values.extend([dg11.place_of_birth.join("+"), dg11.permanent_address.join("+")]);
    let texts = [dg11.telephone, dg11.profession, dg11.title, dg11.personal_summary, dg11.custody_information];
    values.extend(texts.map(Option::unwrap_or_default));
    values.push(dg11.other_valid_td_numbers.join("+"));

    let dg12 = EfDG12::from_bytes(read("DG12")?)?;
    values.push(dg12.issuing_authority.unwrap_or_default());
    values.push(dg12.date_of_issue.map(|date| date.format("%Y%m%d").to_string()).unwrap_or_default());
    Ok(values.join("/"))
}
