use oxrdfio::{JsonLdProfileSet, RdfFormat, RdfParser, RdfSerializer};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut answer = ureq::get("{{ document('jsonld') }}").call()?;
    let format = RdfFormat::JsonLd { profile: JsonLdProfileSet::empty() };
    let mut written = RdfSerializer::from_format(RdfFormat::NQuads).for_writer(std::io::stdout());
    for statement in RdfParser::from_format(format).for_reader(answer.body_mut().as_reader()) {
        written.serialize_quad(&statement?)?;
    }
    written.finish()?;
    Ok(())
}
